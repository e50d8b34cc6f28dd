package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.LowPrecision;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bfloat16 network is computed in float32 where that takes less time. */
class WideningTest {
    private static final Shape IMAGE = Shape.of(8, 6, 6);
    private static final Shape SEQUENCE = Shape.of(5, 8);
    private static final int BATCH = 4;

    /** Of a few steps of sums of up to 300 terms; the worst seen is 1e-6 of 1.1. */
    private static final double FLOAT32 = 2e-5;

    /** Steps take a millisecond in one element kind, and two in the other. */
    private static final class Times extends Choices {
        private final boolean wideIsFaster;

        Times(boolean wideIsFaster) {
            super(Path.of("unused"));
            this.wideIsFaster = wideIsFaster;
        }

        @Override
        public void open(String key) {}

        @Override
        public double milliseconds(String key, DoubleSupplier milliseconds) {
            return key.startsWith("widened") == wideIsFaster ? 1 : 2;
        }

        @Override
        public void save() {}
    }

    @BeforeAll
    static void needsBfloat16() {
        LowPrecision.open("bf16").close();
    }

    private static Backend open(Precision precision, boolean wideIsFaster) {
        Engine engine = new Engine(precision, 1, /* deterministic= */ false);
        return new OneDnnBackend(engine, new Times(wideIsFaster));
    }

    private static Layer network(String kind) {
        return switch (kind) {
            case "convolutions" ->
                    new Sequential(
                            new Conv2d(8, 3).padding(1),
                            new BatchNorm(),
                            new Relu(),
                            new Residual(new Sequential(new Conv2d(8, 3).padding(1), new Relu())),
                            new Concat(new Conv2d(4, 1), new Conv2d(4, 3).padding(1)),
                            new MaxPool2d(2),
                            new Flatten(),
                            new Linear(3));
            case "sequences" ->
                    new Sequential(
                            new Lstm(6),
                            new LayerNorm(6),
                            new Tanh(),
                            new Flatten(),
                            new Linear(3));
            default -> throw new AssertionError(kind);
        };
    }

    private static Shape shape(String kind) {
        return kind.equals("sequences") ? SEQUENCE : IMAGE;
    }

    @ParameterizedTest
    @ValueSource(strings = {"convolutions", "sequences"})
    void computesInFloat32WhereThatIsFaster(String kind) {
        double[] float32 = losses(kind, Precision.FLOAT32, true);
        double[] widened = losses(kind, Precision.BF16, true);
        double[] bf16 = losses(kind, Precision.BF16, false);
        double worst = 0;
        for (int i = 0; i < float32.length; i++) {
            assertEquals(float32[i], widened[i], FLOAT32);
            worst = Math.max(worst, Math.abs(float32[i] - bf16[i]));
        }
        assertTrue(worst > 5 * FLOAT32, "bfloat16 differs by " + worst);
    }

    private static double[] losses(String kind, Precision precision, boolean wideIsFaster) {
        int size = (int) shape(kind).size();
        double[] x = new Random(3).doubles((long) BATCH * size, -1, 1).toArray();
        int[] labels = {0, 2, 1, 1};
        double[] losses = new double[4];
        try (Backend backend = open(precision, wideIsFaster);
                Model model = Model.create(network(kind), shape(kind), backend, 1);
                TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(0.05), BATCH)) {
            for (int i = 0; i < losses.length; i++) {
                step.run(x, labels);
                losses[i] = step.loss();
            }
        }
        return losses;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysSo(boolean wideIsFaster) {
        try (Backend backend = open(Precision.BF16, wideIsFaster);
                Parameters parameters = new Parameters(backend, 1)) {
            for (boolean widens : new boolean[] {true, false}) {
                Binder binder = new Binder(parameters, BindOptions.infer().widens(widens));
                Tensor x = binder.input(IMAGE.batch(BATCH));
                Tensor y = binder.keep(network("convolutions").bind(binder, x));
                try (Binding binding = binder.commit()) {
                    boolean wide = widens && wideIsFaster;
                    DType kind = wide ? DType.FLOAT32 : DType.BFLOAT16;
                    assertEquals(kind, x.dtype());
                    assertEquals(kind, y.dtype());
                    assertEquals(wide, binding.decisions().get(0).contains("float32, measured"));
                }
            }
        }
    }
}
