package io.retrograd.backend.onednn;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.conformance.Comparison;
import io.retrograd.backend.conformance.Comparison.Mode;
import io.retrograd.backend.conformance.Device;
import io.retrograd.backend.conformance.Side;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations that are computed as one, with the same results as one by one. */
@Tag("slow")
class OneDnnFusionTest {
    private static final Shape IMAGE = Shape.of(2, 8, 5, 7);
    private static final Shape ROWS = Shape.of(3, 5);
    private static final Device CPU = new Device(new OneDnnProvider(), "float32");
    private static final int ROUNDINGS = 8;

    /** For dw: samples times positions; for y: channels times the kernel. */
    private static final double LONGEST_SUM = 8 * 3 * 3;

    private static final Layer CONV = new Conv2d(8, 3).padding(1);
    private static final Layer LINEAR = new Linear(5);

    static Stream<Arguments> networks() {
        return Stream.of(
                of(IMAGE, in(CONV, new Relu()), "Conv2d+Relu"),
                of(ROWS, in(LINEAR, new Relu()), "Linear+Relu"),
                of(IMAGE, in(new Residual(CONV)), "Fork", "Conv2d+Add"),
                of(IMAGE, in(new Residual(CONV), new Relu()), "Fork", "Conv2d+Add+Relu"),
                of(ROWS, in(new Residual(LINEAR), new Relu()), "Fork", "Linear+Add+Relu"),
                of(
                        IMAGE,
                        in(new Residual(in(CONV, new Relu(), CONV), new Conv2d(8, 1)), new Relu()),
                        "Fork",
                        "Conv2d+Relu",
                        "Conv2d",
                        "Conv2d+Add+Relu"),
                of(
                        IMAGE,
                        in(new Residual(new Residual(CONV)), new Tanh()),
                        "Fork",
                        "Fork",
                        "Conv2d+Add",
                        "Add",
                        "Tanh"));
    }

    /** Where the sum is of something else, or oneDNN can't add. */
    static Stream<Arguments> separate() {
        return Stream.of(
                of(
                        IMAGE,
                        in(new Residual(in(CONV, new Relu())), new Relu()),
                        "Fork",
                        "Conv2d+Relu",
                        "Add+Relu"),
                of(
                        IMAGE,
                        in(new Residual(in(CONV, new BatchNorm())), new Relu()),
                        "Fork",
                        "Conv2d",
                        "BatchNorm",
                        "Add+Relu"),
                of(
                        IMAGE,
                        in(new Residual(CONV, in(CONV, new Tanh())), new Relu()),
                        "Fork",
                        "Conv2d",
                        "Conv2d",
                        "Tanh",
                        "Add+Relu"));
    }

    private static Layer in(Layer... layers) {
        return new Sequential(layers);
    }

    private static Arguments of(Shape shape, Layer layer, String... kinds) {
        return Arguments.of(layer, shape, kinds);
    }

    @ParameterizedTest
    @MethodSource({"networks", "separate"})
    void joinedOperationsAgreeInEveryPlan(Layer layer, Shape shape, String... kinds) {
        Comparison.of(layer, shape)
                .in(Mode.TRAIN, Mode.WITHOUT_INPUT_GRADIENT, Mode.INFER)
                .computes(kinds)
                .check(CPU);
    }

    @ParameterizedTest
    @MethodSource({"networks", "separate"})
    void areAsOnTheReferenceApartToo(Layer layer, Shape shape) {
        Comparison.of(layer, shape).in(Mode.KEEP_ALL).check(CPU);
    }

    /** On the same numbers, within the rounding of sums as long as the longest here. */
    @ParameterizedTest
    @MethodSource({"networks", "separate"})
    void joinedAndApartAgree(Layer layer, Shape shape) {
        BindOptions joined = BindOptions.gradients(/* training= */ true);
        Map<String, double[]> a = results(layer, shape, joined);
        Map<String, double[]> b = results(layer, shape, BindOptions.inspect(/* training= */ true));
        assertEquals(a.keySet(), b.keySet());
        double relative = ROUNDINGS * DType.FLOAT32.epsilon() * Math.sqrt(LONGEST_SUM);
        a.forEach(
                (name, values) -> {
                    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
                    assertArrayEquals(
                            values, b.get(name), relative * Math.max(largest, 1), () -> name);
                });
    }

    private static Map<String, double[]> results(Layer layer, Shape shape, BindOptions options) {
        Map<String, double[]> results = new LinkedHashMap<>();
        try (Backend backend = CPU.open();
                Side side = new Side(backend, layer, shape, /* loss= */ null, options)) {
            side.set(values(1, shape), new double[0]);
            side.binding().forward();
            side.y().requireGrad().copyFrom(values(2, side.y().shape()));
            side.binding().backward();
            side.results().forEach((name, tensor) -> results.put(name, tensor.toArray()));
        }
        return results;
    }

    private static double[] values(long seed, Shape shape) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> (float) Philox.normal(seed, /* stream= */ 1, i));
        return values;
    }

    @ParameterizedTest
    @MethodSource("transposed")
    void transposedConvolutionsAgree(Layer layer) {
        Comparison.of(layer, IMAGE).in(Mode.TRAIN).check(CPU);
    }

    static Stream<Layer> transposed() {
        Layer conv = new ConvTranspose2d(8, 3).padding(1);
        return Stream.of(in(new Residual(conv)), in(new Residual(conv), new Relu()));
    }

    /** The fastest way for one fusion, or its existence, says nothing about other fusions. */
    @Test
    void eachFusionHasChoicesOfItsOwn() {
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        Set<String> known = new HashSet<>();
        for (Layer network :
                List.of(
                        CONV,
                        in(CONV, new Relu()),
                        new Residual(CONV),
                        in(new Residual(CONV), new Relu()))) {
            Keys keys = new Keys();
            Backend cpu = new OneDnnBackend(engine, keys);
            new Side(cpu, network, IMAGE, /* loss= */ null, BindOptions.train()).close();
            assertEquals(Set.of(), keys.seen.stream().filter(known::contains).collect(toSet()));
            known.addAll(keys.seen);
        }
        assertTrue(known.size() > 4);
    }

    /** Notes what is chosen in operations. */
    private static final class Keys extends FixedChoices {
        private final Set<String> seen = new HashSet<>();

        Keys() {
            super(Planner.Style.CHANNELS_LAST, /* way= */ 0, /* weight= */ 0);
        }

        @Override
        public int choose(String key, int ways, IntToDoubleFunction milliseconds) {
            if (!key.startsWith("plan")) {
                seen.add(key);
            }
            return super.choose(key, ways, milliseconds);
        }
    }
}
