package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.bind.Binder;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient checker on every device: all layers and losses, and networks of them. */
class GradientConformanceTest {
    static List<Device> devices() {
        return Device.all();
    }

    static Stream<Arguments> entries() {
        return Device.with(LayerCatalogue.entries());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void layerHasTheRightGradients(Device device, LayerCatalogue.Entry entry) {
        for (GradientCheck check : entry.checks()) {
            for (long seed = 1; seed <= 2; seed++) {
                GradientReport report = check.seed(seed).on(device.shared()).run();
                assertTrue(report.passed(), report::table);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void networksHaveTheRightGradients(Device device) {
        Shape images = Shape.of(3, 2, 9, 9);
        List<GradientCheck> checks =
                List.of(
                        GradientCheck.of(image(new BatchNorm(), new Relu()), images),
                        GradientCheck.of(image(new BatchNorm(), new Tanh()), images),
                        GradientCheck.of(image(new GroupNorm(3), new Relu()), images),
                        GradientCheck.of(image(new LayerNorm(6, 7, 7), new Prelu()), images),
                        GradientCheck.of(image(new LocalResponseNorm(5), new Gelu()), images),
                        GradientCheck.of(image(new Dropout(0.3), new Relu()), images),
                        GradientCheck.of(residual(), images).loss(new CrossEntropy()),
                        GradientCheck.of(image(new Relu(), new LogSoftmax(1)), images)
                                .loss(new KlDivLoss()));
        try (Backend backend = device.open()) {
            for (GradientCheck check : checks) {
                for (long seed = 2; seed <= 3; seed++) {
                    GradientReport report = check.seed(seed).coordinates(8).on(backend).run();
                    assertTrue(report.passed(), report::table);
                }
            }
        }
    }

    /** The convolution's bias has gradient 0 where batch norm follows. */
    private static Layer image(Layer first, Layer second) {
        return new Sequential(
                new Conv2d(6, 3), first, second, new MaxPool2d(2), new Conv2d(3, 2), second);
    }

    private static Layer residual() {
        return new Sequential(
                new Conv2d(8, 3).padding(1),
                new Residual(
                        new Sequential(
                                new BatchNorm(),
                                new Relu(),
                                new Conv2d(8, 3).padding(1),
                                new BatchNorm())),
                new Relu(),
                new Flatten(),
                new Linear(5));
    }

    /** A slope that is a little larger where memory is reused. */
    private record Forgetful() implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            return new LeakyRelu(binder.options().keepAll() ? 0.5 : 0.501).bind(binder, x);
        }
    }

    /** Batch norm and ReLU are computed as one there, so that bits may differ, but no more. */
    @ParameterizedTest
    @MethodSource("devices")
    void seesOtherResultsWhereMemoryIsReused(Device device) {
        Shape images = Shape.of(3, 2, 9, 9);
        Layer right = image(new BatchNorm(), new Relu());
        Layer wrong = image(new Sequential(new BatchNorm(), new Relu()), new Forgetful());
        try (Backend backend = device.open()) {
            assertTrue(GradientCheck.of(right, images).on(backend).run().passed());
            GradientReport report =
                    GradientCheck.of(wrong, images).coordinates(2).on(backend).run();
            assertFalse(report.passed());
            assertTrue(
                    report.failures().get(0).message().contains("when memory is reused"),
                    report::table);
        }
    }
}
