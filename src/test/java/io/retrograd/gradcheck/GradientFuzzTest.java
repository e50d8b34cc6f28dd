package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.gradcheck.fuzz.Fuzz;
import io.retrograd.gradcheck.fuzz.FuzzCase;
import io.retrograd.gradcheck.fuzz.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs that show at few shapes or values are found, and made small. */
class GradientFuzzTest {
    /** Cases of the kind that may be drawn until a bug is found. */
    private static final int CASES = 120;

    /** Elements of the smallest case's input. */
    private static final int SMALL = 40;

    /**
     * A bug of one kind of layer.
     *
     * @param operation as the backend names it
     */
    private record Bug(String what, String kind, String operation, Mutation mutation) {
        @Override
        public String toString() {
            return kind + ": " + what;
        }
    }

    /** Scales one gradient where the input's sizes, in x's shape, are such. */
    private static Mutation where(int tensor, Sizes sizes) {
        return Mutation.spoil(
                call -> {
                    if (sizes.are(call)) {
                        call.setGradient(tensor, (i, g) -> 1.5 * g);
                    }
                });
    }

    @FunctionalInterface
    private interface Sizes {
        boolean are(Call call);
    }

    static Stream<Bug> bugs() {
        return Stream.of(
                new Bug(
                        "dw where the width is odd and no channel is shared",
                        "conv2d",
                        "convolution",
                        where(1, call -> call.dim(0, 3) % 2 == 1 && call.dim(1, 1) == 1)),
                new Bug(
                        "dx of one output position",
                        "conv1d",
                        "convolution",
                        where(0, call -> call.dim(call.tensors().size() - 1, 2) == 1)),
                new Bug(
                        "dx where the batch is not a power of two",
                        "conv-transpose2d",
                        "transposedConvolution",
                        where(0, call -> Integer.bitCount(call.dim(0, 0)) > 1)),
                new Bug(
                        "the last of tied maxima",
                        "max-pool1d",
                        "maxPooling",
                        Mutation.spoil(GradientFuzzTest::swapTied)),
                new Bug(
                        "dx where one more than a block of 8",
                        "avg-pool2d",
                        "averagePooling",
                        where(0, call -> call.dim(0, 2) % 8 == 1 && call.dim(0, 2) > 1)),
                new Bug(
                        "dw of a single sample",
                        "batch-norm",
                        "batchNormTraining",
                        where(1, call -> call.dim(0, 0) == 1)),
                new Bug("one step", "lstm", "recurrent", where(0, call -> call.dim(0, 1) == 1)),
                new Bug("one unit", "linear", "linear", where(1, call -> call.dim(1, 0) == 1)),
                new Bug("long rows", "softmax", "softmax", where(0, call -> call.dim(0, 1) > 32)),
                new Bug(
                        "slope at a kink",
                        "hardtanh",
                        "activation",
                        PlantedBug.elementwise(
                                (x, y, dy) ->
                                        Math.abs(x) < 1 ? dy : Math.abs(x) == 1 ? 2 * dy : 0)));
    }

    /** Gives the gradient of equal neighbours to the other one. */
    private static void swapTied(Call call) {
        double[] x = call.value(0);
        double[] dx = call.gradient(0);
        for (int i = 1; i < x.length; i++) {
            if (x[i] == x[i - 1] && dx[i - 1] != 0 && dx[i] == 0) {
                dx[i] = -dx[i - 1];
                dx[i - 1] = 0;
            }
        }
        call.setGradient(0, (i, g) -> dx[i]);
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void findsABugThatFewShapesShowAndMakesItSmall(Bug bug) {
        try (MutantBackend mutant = new MutantBackend("reference", bug.operation, bug.mutation)) {
            Fuzz fuzz = new Fuzz(mutant, Set.of(bug.kind));
            List<FuzzCase> failed = new ArrayList<>();
            AtomicInteger seen = new AtomicInteger();
            fuzz.run(
                    1,
                    () -> failed.isEmpty() && drawn(fuzz, bug.kind) < CASES,
                    result -> failed.add(result.drawn()));
            assertEquals(1, failed.size(), () -> bug + ": not in " + CASES + " cases");
            Shrinker shrinker =
                    new Shrinker(
                            smaller -> fuzz.check(smaller).failed(),
                            () -> seen.incrementAndGet() < 150);
            FuzzCase smallest = shrinker.shrink(failed.get(0));
            System.out.printf(
                    "%s: case %d: %s; smallest: %s%n",
                    bug, drawn(fuzz, bug.kind), failed.get(0), smallest);
            assertTrue(fuzz.check(smallest).failed(), smallest::toString);
            assertTrue(smallest.shape().size() <= SMALL, smallest::toString);
            assertNotNull(fuzz.check(FuzzCase.of(failed.get(0).seed())));
            assertTrue(fuzz.check(FuzzCase.of(failed.get(0).seed())).failed());
        }
    }

    private static int drawn(Fuzz fuzz, String kind) {
        int all = 0;
        for (Verdict verdict : Verdict.values()) {
            all += fuzz.count(kind, verdict);
        }
        return all;
    }

    @Test
    void aSeedDrawsTheSameCase() {
        for (long seed = 0; seed < 50; seed++) {
            assertEquals(FuzzCase.of(seed), FuzzCase.of(seed));
        }
    }

    @Test
    void rightLayersDoNotFail() {
        try (MutantBackend right = MutantBackend.float32("linear", Mutation.spoil(call -> {}))) {
            Fuzz fuzz = new Fuzz(right, Set.of());
            AtomicInteger left = new AtomicInteger(60);
            List<String> failed = new ArrayList<>();
            fuzz.run(3, () -> left.decrementAndGet() >= 0, r -> failed.add(r.toString()));
            assertEquals(List.of(), failed);
        }
    }
}
