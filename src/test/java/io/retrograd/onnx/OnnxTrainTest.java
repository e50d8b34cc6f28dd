package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.data.Subset;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.EpochResult;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that were read learn. */
class OnnxTrainTest {
    /** Of losses: the file holds float32, as the statistics' ε. */
    private static final double FLOAT32 = 1e-6;

    @TempDir private Path folder;

    /** Epoch by epoch, since reading gives back the same layers. */
    @Test
    void learnsAsTheNetworkThatWasWritten() throws IOException {
        Layer network =
                new Sequential(
                        new Conv2d(6, 3),
                        new BatchNorm(),
                        new Relu(),
                        new MaxPool2d(2),
                        new Flatten(),
                        new Linear(10));
        Path file = folder.resolve("digits.onnx");
        try (Backend backend = Backends.open("reference");
                Model written = Model.create(network, Shape.of(1, 8, 8), backend, /* seed= */ 1)) {
            Onnx.write(written, file);
            try (Model read = Onnx.read(file).model(backend, /* seed= */ 1)) {
                assertArrayEquals(losses(written), losses(read), FLOAT32);
                double[] x = IntStream.range(0, 64).mapToDouble(i -> i / 64.0).toArray();
                assertArrayEquals(written.predict(x), read.predict(x), 1e-5, "running statistics");
            }
        }
    }

    private static double[] losses(Model model) throws IOException {
        Subset digits = new Subset(Digits.load(), IntStream.range(0, 256).toArray());
        History history =
                new Trainer(model, new CrossEntropy(), new Sgd(0.1).momentum(0.9))
                        .epochs(4)
                        .fit(digits);
        double[] losses = history.epochs().stream().mapToDouble(EpochResult::loss).toArray();
        assertTrue(losses[3] < 0.5 * losses[0], Arrays.toString(losses));
        return losses;
    }

    /** A residual network of PyTorch learns eight pictures by heart, and is written again. */
    @Test
    void aFileOfPyTorchIsTunedAndWritten() throws IOException, OrtException {
        int samples = 8;
        Shape shape = Shape.of(samples, 3, 32, 32);
        double[] x =
                IntStream.range(0, (int) shape.size())
                        .mapToDouble(i -> (float) Philox.uniform(/* seed= */ 2, /* stream= */ 0, i))
                        .toArray();
        int[] labels = IntStream.range(0, samples).toArray();
        Path tuned = folder.resolve("tuned.onnx");
        OnnxNetwork network = Onnx.read(StoredNetworks.file("resnet18-17", folder));
        String input = network.inputShapes().keySet().iterator().next();
        try (Backend backend = Backends.open("cpu");
                Model model = network.model(backend, /* seed= */ 1)) {
            double last = Double.NaN;
            try (TrainStep step =
                    new TrainStep(model, new CrossEntropy(), new Adam(1e-3), samples)) {
                for (int i = 0; i < 30; i++) {
                    step.run(x, labels);
                    last = step.loss();
                }
            }
            assertTrue(last < 0.1, "the loss is " + last);
            Onnx.write(model, tuned, new ExportOptions().batch(samples));
            double[] expected = model.predict(x);
            try (Session session = new Session(tuned)) {
                double[] got =
                        session.run(Map.of(input, x), Map.of(input, shape))
                                .values()
                                .iterator()
                                .next();
                double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
                assertEquals(expected.length, got.length);
                assertArrayEquals(expected, got, 1e-5 * largest);
            }
        }
    }
}
