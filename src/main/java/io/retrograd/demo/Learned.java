package io.retrograd.demo;

import io.retrograd.train.EpochResult;
import io.retrograd.train.Model;
import io.retrograd.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** How a training of {@link Overfit} went, on its own digits and others, and its last weights. */
final class Learned {
    private final String name;
    private final DigitBatch train;
    private final DigitBatch test;
    private final List<Double> trainLosses = new ArrayList<>();
    private final List<Double> testLosses = new ArrayList<>();
    private double[] weights = {};
    private double trainAccuracy;
    private double testAccuracy;
    private double testLoss;

    Learned(String name, Overfit.Draw draw) {
        this.name = name;
        train = DigitBatch.of(draw.train());
        test = DigitBatch.of(draw.test());
    }

    /** Measures both losses after each epoch, in inference mode. */
    TrainingListener listener(Model model) {
        return new TrainingListener() {
            @Override
            public Next onEpoch(EpochResult epoch) {
                trainLosses.add(train.loss(model.predict(train.pixels())));
                testLosses.add(test.loss(model.predict(test.pixels())));
                return Next.CONTINUE;
            }
        };
    }

    /** Measures the model that the training left, which after an early stop is the best one's. */
    void end(Model model) {
        trainAccuracy = train.accuracy(model.predict(train.pixels()));
        double[] logits = model.predict(test.pixels());
        testAccuracy = test.accuracy(logits);
        testLoss = test.loss(logits);
        weights =
                model.parameters().tensors().stream()
                        .filter(w -> w.shape().rank() == 2)
                        .flatMapToDouble(w -> Arrays.stream(w.toArray()))
                        .toArray();
    }

    String name() {
        return name;
    }

    double trainAccuracy() {
        return trainAccuracy;
    }

    double testAccuracy() {
        return testAccuracy;
    }

    double testLoss() {
        return testLoss;
    }

    List<Double> trainLosses() {
        return List.copyOf(trainLosses);
    }

    List<Double> testLosses() {
        return List.copyOf(testLosses);
    }

    /** All weights, without biases. */
    double[] weights() {
        return weights.clone();
    }

    /** The share of weights that are smaller than this. */
    double share(double size) {
        return DoubleStream.of(weights).filter(w -> Math.abs(w) < size).count()
                / (double) weights.length;
    }

    double norm() {
        return Math.sqrt(DoubleStream.of(weights).map(w -> w * w).sum());
    }

    /** A number of each run, in order. */
    static double[] sorted(List<Learned> runs, Function<Learned, Double> of) {
        return runs.stream().mapToDouble(of::apply).sorted().toArray();
    }

    Map<String, Object> numbers(double gone) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("training_accuracy", trainAccuracy);
        map.put("test_accuracy", testAccuracy);
        map.put("test_loss", testLoss);
        map.put("weights_near_0", share(gone));
        map.put("weight_norm", norm());
        map.put("training_losses", trainLosses);
        map.put("test_losses", testLosses);
        return map;
    }
}
