package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.bind.BindOptions;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.Prelu;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalisations, and the other operations on channels, against their definitions. */
class ReferenceNormTest {
    private static final double EPS = 0.01;

    @Test
    void batchNormInTrainingIsAsDefined() {
        for (Shape shape :
                List.of(Shape.of(2, 1), Shape.of(5, 3), Shape.of(2, 3, 13), Shape.of(3, 2, 1, 4))) {
            int inner = (int) shape.tail(2).size();
            int channels = shape.dim(1);
            Definition.check(
                    new BatchNorm().eps(EPS),
                    shape,
                    /* training= */ true,
                    (in, i) -> {
                        int c = i / inner % channels;
                        return normalised(in[0], i, j -> j / inner % channels == c)
                                .times(in[1][c])
                                .plus(in[2][c]);
                    });
        }
    }

    @Test
    void batchNormInInferenceIsAsDefined() {
        Definition.check(
                new BatchNorm().eps(EPS),
                Shape.of(2, 3, 4),
                /* training= */ false,
                (in, i) ->
                        in[0][i].times(1 / Math.sqrt(1 + EPS))
                                .times(in[1][i / 4 % 3])
                                .plus(in[2][i / 4 % 3]));
    }

    /** The batch 1, 3, 8 has mean 4, and Σ (x − mean)² = 26, over 2 for the running variance. */
    @Test
    void everyTrainingPassMovesTheRunningStatistics() {
        Shape shape = Shape.of(3, 1);
        try (Bound bound = new Bound(new BatchNorm().momentum(0.25), shape)) {
            bound.set("running_mean", 8).set("running_var", 1);
            bound.forward(1, 3, 8);
            assertArrayEquals(new double[] {7}, bound.value("running_mean"));
            assertArrayEquals(new double[] {4}, bound.value("running_var"));
            bound.forward(1, 3, 8);
            assertArrayEquals(new double[] {6.25}, bound.value("running_mean"));
            assertArrayEquals(new double[] {6.25}, bound.value("running_var"));
            bound.backward(1, 1, 1);
            assertArrayEquals(new double[] {6.25}, bound.value("running_mean"));
        }
    }

    @Test
    void inferenceNormalisesByTheRunningStatisticsAndKeepsThem() {
        BindOptions options = BindOptions.inspect(/* training= */ false);
        Shape shape = Shape.of(2, 2);
        try (Bound bound = new Bound(new BatchNorm().eps(1), shape, options, /* threads= */ 1)) {
            bound.set("running_mean", 1, 2).set("running_var", 3, 8);
            bound.set("weight", 2, 3).set("bias", 10, 20);
            assertArrayEquals(new double[] {12, 23, 14, 26}, bound.forward(3, 5, 5, 8));
            assertArrayEquals(new double[] {1, 1, 2, 2}, bound.backward(1, 1, 2, 2));
            assertArrayEquals(new double[] {5, 5}, bound.gradient("weight"));
            assertArrayEquals(new double[] {3, 3}, bound.gradient("bias"));
            assertArrayEquals(new double[] {1, 2}, bound.value("running_mean"));
            assertArrayEquals(new double[] {3, 8}, bound.value("running_var"));
        }
    }

    /** Squares of values around 1e8 lose all digits of a variance of 1; differences do not. */
    @Test
    void varianceSurvivesALargeMean() {
        try (Bound bound = new Bound(new BatchNorm().eps(1e-12), Shape.of(4, 1))) {
            double[] y = bound.forward(1e8 - 1, 1e8 + 1, 1e8 - 1, 1e8 + 1);
            assertArrayEquals(new double[] {-1, 1, -1, 1}, y, 1e-12);
        }
    }

    @Test
    void layerNormIsAsDefined() {
        Definition.check(
                new LayerNorm(3, 4).eps(EPS),
                Shape.of(2, 5, 3, 4),
                /* training= */ true,
                (in, i) ->
                        normalised(in[0], i, j -> j / 12 == i / 12)
                                .times(in[1][i % 12])
                                .plus(in[2][i % 12]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void groupNormIsAsDefined(int groups) {
        int row = 6 / groups * 5;
        Definition.check(
                new GroupNorm(groups).eps(EPS),
                Shape.of(2, 6, 5),
                /* training= */ true,
                (in, i) ->
                        normalised(in[0], i, j -> j / row == i / row)
                                .times(in[1][i / 5 % 6])
                                .plus(in[2][i / 5 % 6]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 13})
    void localResponseNormIsAsDefined(int size) {
        int channels = 5;
        Definition.check(
                new LocalResponseNorm(size).alpha(0.5).beta(0.6).k(1.5),
                Shape.of(2, channels, 3),
                /* training= */ true,
                (in, i) -> {
                    Dual squares = Dual.constant(0);
                    for (int t = 0; t < size; t++) {
                        int shift = t - size / 2;
                        int c = i / 3 % channels + shift;
                        if (c >= 0 && c < channels) {
                            squares = squares.plus(in[0][i + 3 * shift].pow(2));
                        }
                    }
                    return in[0][i].over(squares.times(0.5 / size).plus(1.5).pow(0.6));
                });
    }

    @Test
    void preluIsAsDefined() {
        Definition.check(
                new Prelu().perChannel(true),
                Shape.of(3, 2, 5),
                /* training= */ true,
                (in, i) -> in[0][i].value() > 0 ? in[0][i] : in[0][i].times(in[1][i / 5 % 2]));
        Definition.check(
                new Prelu(),
                Shape.of(3, 2, 5),
                /* training= */ true,
                (in, i) -> in[0][i].value() > 0 ? in[0][i] : in[0][i].times(in[1][0]));
    }

    /** At 0 the slope is w, as in PyTorch. */
    @Test
    void preluAtZero() {
        try (Bound bound = new Bound(new Prelu(), Shape.of(1, 3))) {
            bound.forward(-1, 0, 1);
            assertArrayEquals(new double[] {0.25, 0.25, 1}, bound.backward(1, 1, 1));
            assertArrayEquals(new double[] {-1}, bound.gradient("weight"));
        }
    }

    @Test
    void firstValuesAndNamesAreThoseOfPyTorch() {
        try (Bound bound = new Bound(new BatchNorm(), Shape.of(2, 2))) {
            assertEquals(
                    List.of("weight", "bias", "running_mean", "running_var"),
                    List.copyOf(bound.parameters().named().keySet()));
            assertArrayEquals(new double[] {1, 1}, bound.value("weight"));
            assertArrayEquals(new double[] {0, 0}, bound.value("bias"));
            assertArrayEquals(new double[] {0, 0}, bound.value("running_mean"));
            assertArrayEquals(new double[] {1, 1}, bound.value("running_var"));
        }
        assertEquals(new BatchNorm(1e-5, 0.1), new BatchNorm());
        assertEquals(1e-5, new LayerNorm(2).eps());
        assertEquals(1e-5, new GroupNorm(2).eps());
        assertEquals(new LocalResponseNorm(2, 1e-4, 0.75, 1), new LocalResponseNorm(2));
    }

    /** x[i] less the mean, over √(variance + eps), both over the elements in the set. */
    private static Dual normalised(Dual[] x, int i, IntPredicate set) {
        List<Dual> members = new ArrayList<>();
        for (int j = 0; j < x.length; j++) {
            if (set.test(j)) {
                members.add(x[j]);
            }
        }
        Dual mean = Dual.sum(members).times(1.0 / members.size());
        List<Dual> squares = members.stream().map(v -> v.minus(mean).pow(2)).toList();
        Dual var = Dual.sum(squares).times(1.0 / members.size());
        return x[i].minus(mean).over(var.plus(EPS).pow(0.5));
    }
}
