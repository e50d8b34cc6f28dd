package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Update;
import io.retrograd.backend.conformance.UpdateCases;
import io.retrograd.backend.conformance.UpdateComparison;
import io.retrograd.backend.conformance.UpdatedModel;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promises of optimizers, penalties and clipping beyond those of every backend. */
@Tag("slow")
class OneDnnUpdateTest {
    private static final List<Shape> LARGE = UpdatedModel.LARGE;

    static Stream<UpdateComparison> updates() {
        return UpdateCases.all();
    }

    @ParameterizedTest
    @MethodSource("updates")
    void anyNumberOfThreadsGivesTheSameBits(UpdateComparison update) {
        assertArrayEquals(afterTwoSteps(update, 1), afterTwoSteps(update, 2));
    }

    private static double[] afterTwoSteps(UpdateComparison comparison, int threads) {
        try (Backend cpu = Backends.open("cpu", "float32", threads);
                UpdatedModel model = UpdatedModel.of(cpu, LARGE)) {
            Update update = comparison.bind(model.parameters());
            for (int t = 1; t <= 2; t++) {
                comparison.step(model, update, t);
            }
            List<Tensor> all = new ArrayList<>(model.tensors());
            all.addAll(model.gradients());
            return UpdatedModel.elements(all);
        }
    }

    /** What holds an eps between elements too: the weight's change there, 0 / eps, stays 0. */
    private static final Set<String> ALSO_BETWEEN = Set.of("largest");

    private static String last(Tensor tensor) {
        return tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
    }

    /** Sweeps pass over it, and a number there would count in sums of blocked layouts. */
    @ParameterizedTest
    @MethodSource("updates")
    void memoryBetweenElementsStaysZero(UpdateComparison comparison) {
        int gaps = 0;
        for (Backend cpu : new OneDnnPlans().open("float32")) {
            try (UpdatedModel model = UpdatedModel.network(cpu, UpdatedModel.SMALL)) {
                Update update = comparison.bind(model.parameters());
                for (int t = 1; t <= 2; t++) {
                    comparison.step(model, update, t);
                }
                List<Tensor> all = new ArrayList<>(model.tensors());
                all.addAll(model.gradients());
                all.addAll(model.parameters().slots());
                for (Tensor tensor : all) {
                    boolean lost = Arrays.stream(tensor.toArray()).allMatch(Double::isNaN);
                    float[] between = between((OneDnnTensor) tensor);
                    gaps = Math.max(gaps, between.length);
                    // A weight that is lost as a whole, by a norm that is NaN, is lost there too.
                    if (!ALSO_BETWEEN.contains(last(tensor)) && !lost) {
                        assertArrayEquals(new float[between.length], between, tensor.name());
                    }
                }
            }
        }
        // Without AVX2 weights lie plain.
        if (Isa.AVX2.in(Dnnl.isa())) {
            assertTrue(gaps > 20 * 3 * 3, "a weight in blocks that are not full");
        }
    }

    /** The memory between a tensor's elements and up to the next tensor. */
    private static float[] between(OneDnnTensor tensor) {
        float[] memory = memory(tensor);
        tensor.setAll(i -> 1);
        float[] ones = memory(tensor);
        tensor.setAll(i -> 2);
        float[] twos = memory(tensor);
        float[] between = new float[memory.length - tensor.size()];
        int count = 0;
        for (int i = 0; i < memory.length; i++) {
            if (ones[i] == twos[i]) {
                between[count++] = memory[i];
            }
        }
        assertEquals(between.length, count);
        return between;
    }

    private static float[] memory(OneDnnTensor tensor) {
        OneDnnTensor all = tensor.window(0, (int) (Sweep.padded(tensor) / Float.BYTES));
        float[] values = new float[all.size()];
        all.get(0, values, values.length);
        return values;
    }
}
