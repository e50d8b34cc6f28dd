package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_get_primitive_cache_capacity;
import static org.bytedeco.dnnl.global.dnnl.dnnl_set_primitive_cache_capacity;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Conv2d;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The layout requested from oneDNN where a tensor's order in memory has two names. */
class OneDnnConvolutionTest {
    private static final int WAYS = WeightedOp.Way.values().length;

    static Stream<Arguments> ambiguous() {
        return Stream.of(
                Arguments.of("one channel", Shape.of(8, 1, 28, 28), new Conv2d(6, 5).padding(2)),
                Arguments.of("one output channel", Shape.of(8, 6, 14, 14), new Conv2d(1, 3)),
                Arguments.of("one position", Shape.of(8, 16, 1, 1), new Conv2d(24, 1)),
                Arguments.of("one sample", Shape.of(1, 16, 7, 7), new Conv2d(24, 3)));
    }

    /** oneDNN takes for the same in its cache what it offers other primitives for. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void theOfferDoesNotDependOnWhatWasMadeBefore(String name, Shape shape, Conv2d layer) {
        for (int way = 0; way < WAYS; way++) {
            List<String> first = stepsOnceCacheIsEmpty(shape, layer, way);
            forgetPrimitives();
            for (int other = 0; other < WAYS; other++) {
                steps(shape, layer, other);
            }
            assertEquals(first, steps(shape, layer, way), "way " + way);
        }
    }

    @Test
    void oneChannelNeedsNoPlainLoops() {
        List<String> steps =
                stepsOnceCacheIsEmpty(
                        Shape.of(8, 1, 28, 28), new Conv2d(6, 5).padding(2), /* way= */ 0);
        assertFalse(String.join("\n", steps).contains(" ref"), steps::toString);
    }

    private static List<String> stepsOnceCacheIsEmpty(Shape shape, Conv2d layer, int way) {
        forgetPrimitives();
        return steps(shape, layer, way);
    }

    /** The steps of both passes, which have run. */
    private static List<String> steps(Shape shape, Conv2d layer, int way) {
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        FixedChoices choices = new FixedChoices(Planner.Style.CHANNELS_LAST, way, /* weight= */ 0);
        try (Backend cpu = new OneDnnBackend(engine, choices);
                Parameters parameters = new Parameters(cpu, 1)) {
            Binder binder = new Binder(parameters, BindOptions.train());
            Tensor x = layer.input(binder, shape);
            binder.keep(layer.bind(binder, x));
            try (Binding binding = binder.commit()) {
                binding.forward();
                binding.backward();
                return binding.decisions();
            }
        }
    }

    private static void forgetPrimitives() {
        int[] capacity = new int[1];
        Dnnl.load();
        Dnnl.check(dnnl_get_primitive_cache_capacity(capacity), "get_primitive_cache_capacity");
        Dnnl.check(dnnl_set_primitive_cache_capacity(0), "set_primitive_cache_capacity");
        Dnnl.check(dnnl_set_primitive_cache_capacity(capacity[0]), "set_primitive_cache_capacity");
    }
}
