package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.EpochResult;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import io.retrograd.train.Trainer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that reach a device as bytes train as those that are divided in Java. */
class PixelsTest {
    /** The machine's GPU where it is required, else the stand-in. */
    private static final String CUDA = "any cuda";

    private static final int SAMPLES = 70;
    private static final int BATCH = 5;

    /** A data set as doubles. */
    private record Divided(LabelledDataset images) implements LabelledDataset {
        @Override
        public int size() {
            return images.size();
        }

        @Override
        public Shape sampleShape() {
            return images.sampleShape();
        }

        @Override
        public int classes() {
            return images.classes();
        }

        @Override
        public void sample(int index, double[] into, int offset) {
            images.sample(index, into, offset);
        }

        @Override
        public int label(int index) {
            return images.label(index);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu", CUDA})
    void trainerGivesTheSame(String device) {
        LabelledDataset digits =
                new Subset(Digits.load(), IntStream.range(0, SAMPLES).map(i -> 3 * i).toArray());
        assertEquals(16, digits.largestPixel());
        try (Backend backend = open(device)) {
            assertEquals(losses(backend, new Divided(digits)), losses(backend, digits));
        }
    }

    private static List<Double> losses(Backend backend, LabelledDataset dataset) {
        try (Model model = model(backend)) {
            return new Trainer(model, new CrossEntropy(), new Sgd(0.5))
                    .batch(16).epochs(2).validation(dataset).fit(dataset).epochs().stream()
                            .map(EpochResult::monitoredLoss)
                            .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu", CUDA})
    void stepsAndPredictionsGiveTheSame(String device) {
        int count = BATCH * 64;
        byte[] pixels = new byte[count];
        float[] floats = new float[count];
        double[] doubles = new double[count];
        for (int i = 0; i < count; i++) {
            pixels[i] = (byte) (7 * i);
            doubles[i] = Byte.toUnsignedInt(pixels[i]) / 255.0;
            floats[i] = (float) doubles[i];
            doubles[i] = device.equals("reference") ? floats[i] : doubles[i];
        }
        int[] labels = IntStream.range(0, BATCH).toArray();
        try (Backend backend = open(device);
                Model ofDoubles = model(backend);
                Model ofFloats = model(backend);
                Model ofPixels = model(backend)) {
            for (int i = 0; i < 4; i++) {
                step(ofDoubles).run(doubles, labels);
                step(ofFloats).run(floats, labels);
                step(ofPixels).run(pixels, 255, labels);
            }
            double[] expected = ofDoubles.predict(doubles);
            assertArrayEquals(expected, ofFloats.predict(floats));
            assertArrayEquals(expected, ofPixels.predict(pixels, 255), accuracy(device));
            assertThrows(IllegalArgumentException.class, () -> ofPixels.predict(pixels, 0));
            floats[1] = Float.POSITIVE_INFINITY;
            assertThrows(IllegalArgumentException.class, () -> ofFloats.predict(floats));
        }
    }

    /** The reference gets floats here, which are not what it makes of pixels. */
    private static double accuracy(String device) {
        return device.equals("reference") ? 1e-6 : 0;
    }

    private static TrainStep step(Model model) {
        return new TrainStep(model, new CrossEntropy(), new Sgd(0.5), BATCH);
    }

    private static Model model(Backend backend) {
        return Model.create(
                new Sequential(new Flatten(), new Linear(10)), Shape.of(1, 8, 8), backend, 1);
    }

    private static Backend open(String device) {
        String name = device.equals(CUDA) ? Required.cuda() : device;
        Required.assume(name, Backends.provider(name).probe().usable(), name + " is not here");
        return Backends.open(name);
    }
}
