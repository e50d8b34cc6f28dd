package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.RecurrentOutput;
import io.retrograd.layer.Rnn;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequences cut into parts: each device against the reference, which has the states passed in. */
class StatefulConformanceTest {
    private static final int BATCH = 3;
    private static final int INPUTS = 2;
    private static final int STEPS = 2;

    /** More than an eager step, another, and the recording of a graph. */
    private static final int PARTS = 5;

    private static final int HIDDEN = 5;
    private static final Shape PART = Shape.of(STEPS, INPUTS);

    static Stream<Arguments> layers() {
        return Device.with(
                List.<Recurrent<?>>of(
                        new Rnn(HIDDEN),
                        new Rnn(HIDDEN).relu(true).layers(2),
                        new Lstm(HIDDEN).layers(2),
                        new Gru(HIDDEN)));
    }

    /** The reference's results for a part, and the states in which it ends. */
    private record Result(List<Double> y, List<Double> weightGradient) {}

    /** Begins with these states; a smaller batch with the first of them. */
    private record From(Recurrent<?> layer, List<double[]> states, List<RecurrentOutput> results)
            implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return layer.outputShape(input);
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            Shape shape = Shape.of(1, x.shape().dim(0), HIDDEN);
            int size = x.shape().dim(0) * HIDDEN;
            List<Tensor> first =
                    states.stream()
                            .map(s -> binder.constant("state", shape, Arrays.copyOf(s, size)))
                            .toList();
            results.add(layer.bind(binder, x, /* lengths= */ null, first));
            return results.get(results.size() - 1).y();
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void partsGoOnFromOneAnother(Device device, Recurrent<?> layer) {
        double tolerance = tolerance(device);
        List<Result> expected = reference(layer);
        try (Model model =
                Model.create(layer.stateful(true), PART, device.shared(), /* seed= */ 1)) {
            for (int run = 0; run < 2; run++) {
                for (int part = 0; part < PARTS; part++) {
                    assertArrayEquals(
                            values(expected.get(part).y()), model.predict(x(part)), tolerance);
                }
                model.resetStates();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsStopWhereAPartBegins(Device device, Recurrent<?> layer) {
        double tolerance = tolerance(device);
        List<Result> expected = reference(layer);
        try (Model model =
                        Model.create(layer.stateful(true), PART, device.shared(), /* seed= */ 1);
                TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(0), BATCH)) {
            for (int run = 0; run < 2; run++) {
                for (int part = 0; part < PARTS; part++) {
                    step.run(x(part), target());
                    double[] wanted = values(expected.get(part).weightGradient());
                    assertArrayEquals(wanted, model.gradient("weight_hh_l0"), tolerance);
                }
                model.resetStates();
            }
        }
    }

    /** All values and gradients are below 2; each is a sum of few terms, over all steps. */
    private static double tolerance(Device device) {
        return PARTS * STEPS * 4 * (INPUTS + HIDDEN) * device.epsilon();
    }

    private static List<Result> reference(Recurrent<?> layer) {
        List<Result> results = new ArrayList<>();
        try (Backend backend = Backends.open("reference", "float64", 1)) {
            List<double[]> states = List.of();
            for (int part = 0; part < PARTS; part++) {
                From from = new From(layer, states, new ArrayList<>());
                try (Model model = Model.create(from, PART, backend, /* seed= */ 1);
                        TrainStep step = new TrainStep(model, new MseLoss(), new Sgd(0), BATCH)) {
                    step.run(x(part), target());
                    Binder binder = new Binder(model.parameters(), BindOptions.infer());
                    Tensor input = binder.input(PART.batch(BATCH));
                    Tensor y = binder.keep(from.bind(binder, input));
                    try (Binding binding = binder.commit()) {
                        input.copyFrom(x(part));
                        binding.forward();
                        int last = from.results().size() - 1;
                        states =
                                from.results().get(last).states().stream()
                                        .map(Tensor::toArray)
                                        .toList();
                        results.add(
                                new Result(
                                        list(y.toArray()), list(model.gradient("weight_hh_l0"))));
                    }
                }
            }
        }
        assertEquals(PARTS, results.size());
        return results;
    }

    private static List<Double> list(double... values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static double[] values(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] x(int part) {
        int size = BATCH * STEPS * INPUTS;
        return IntStream.range(0, size).mapToDouble(i -> Math.sin(7 * part + i)).toArray();
    }

    private static double[] target() {
        double[] target = new double[BATCH * STEPS * HIDDEN];
        Arrays.fill(target, 0.25);
        return target;
    }
}
