package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Moving averages of parameters on every device against the reference. */
class AverageConformanceTest {
    private static final int STEPS = 5;

    /** Of each step: those of both factors, both products and the sum, of numbers up to 3. */
    private static final double ROUNDINGS = 5 * STEPS * 3;

    static Stream<Arguments> cases() {
        return Device.everyPrecision().stream()
                .flatMap(
                        device ->
                                Stream.of(
                                                new UpdateRule.Average(0.8, false),
                                                new UpdateRule.Average(0.999, true),
                                                new UpdateRule.Average(0.25, true),
                                                new UpdateRule.Average(0, false))
                                        .map(rule -> Arguments.of(device, rule)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAsOnTheReference(Device device, UpdateRule.Average rule) {
        List<double[]> expected = new ArrayList<>();
        try (Backend reference = Backends.open("reference", "float64", 1)) {
            expected.addAll(averages(reference, rule));
        }
        Backend backend = device.plans().get(0);
        List<double[]> actual = averages(backend, rule);
        double rounding = backend.parameterDType().epsilon() / 2;
        for (int t = 0; t < STEPS; t++) {
            assertArrayEquals(expected.get(t), actual.get(t), ROUNDINGS * rounding, "step " + t);
        }
    }

    /** After each step, of parameters that are set to other numbers before. */
    private static List<double[]> averages(Backend backend, UpdateRule.Average rule) {
        List<double[]> averages = new ArrayList<>();
        try (UpdatedModel model = UpdatedModel.network(backend, UpdatedModel.LARGE)) {
            Update update = model.parameters().update(rule);
            for (int t = 1; t <= STEPS; t++) {
                model.setGradients(t, 2);
                for (var w : model.tensors()) {
                    w.copyFrom(w.requireGrad().toArray());
                }
                model.parameters().setControl(/* learningRate= */ 1, 3L * t, t, 2);
                update.run();
                averages.add(
                        UpdatedModel.elements(model.parameters().slot(UpdateRule.Average.SLOT)));
            }
        }
        return averages;
    }
}
