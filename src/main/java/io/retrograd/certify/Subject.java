package io.retrograd.certify;

import io.retrograd.backend.Backend;
import io.retrograd.data.RandomBatches;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.Models;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A ready-made network and a batch to train it with.
 *
 * @param sample the shape of one sample
 */
record Subject(String name, Models.Entry model, Shape sample, int batch) {
    /** The name of the last loss among what training left. */
    static final String LOSS = "loss";

    private static final double LEARNING_RATE = 0.01;
    private static final double MOMENTUM = 0.9;
    private static final int ODD_BATCH = 7;

    /** Small samples first, then whole ones, which a GPU takes in no time. */
    static List<Subject> all() {
        return List.of(
                small("lenet5"),
                small("smallcnn"),
                small("char-cnn-bigru"),
                small("resnet18-cifar"),
                whole("lenet5"),
                whole("char-cnn-bigru"),
                whole("smallcnn"),
                whole("resnet18-cifar"),
                whole("resnet50"));
    }

    /** How many of {@link #all} are of small samples, which every device takes. */
    static int small() {
        return 4;
    }

    private static Subject small(String name) {
        Models.Entry model = Models.get(name);
        return new Subject(name, model, model.checkShape(), ODD_BATCH);
    }

    private static Subject whole(String name) {
        Models.Entry model = Models.get(name);
        return new Subject(name, model, model.sampleShape(), ODD_BATCH);
    }

    String text() {
        return name + sample.batch(batch);
    }

    /** What training steps left: parameters, statistics and the last loss. */
    Map<String, double[]> train(Backend backend, int steps, boolean eager) {
        try (Model created = Model.create(model.create(), sample, backend, /* seed= */ 1);
                TrainStep step =
                        new TrainStep(
                                created,
                                new CrossEntropy(),
                                new Sgd(LEARNING_RATE).momentum(MOMENTUM),
                                batch)) {
            step.setEager(eager);
            RandomBatches batches =
                    new RandomBatches(sample, created.network().tokenIds(), batch, model.classes());
            for (int i = 0; i < steps; i++) {
                step.run(batches.images(i), batches.labels(i));
            }
            Map<String, double[]> values = new TreeMap<>();
            values.put(LOSS, new double[] {step.loss()});
            created.names().forEach(each -> values.put(each, created.parameter(each)));
            return values;
        }
    }

    /** Where two trainings first differ in a bit; empty if nowhere. */
    static String difference(Map<String, double[]> one, Map<String, double[]> other) {
        for (Map.Entry<String, double[]> each : one.entrySet()) {
            double[] a = each.getValue();
            double[] b = other.getOrDefault(each.getKey(), new double[0]);
            int at = Arrays.mismatch(a, b);
            if (at >= 0) {
                return String.format(
                        "%s at %d: %s and %s",
                        each.getKey(), at, a[at], at < b.length ? b[at] : "nothing");
            }
        }
        return "";
    }
}
