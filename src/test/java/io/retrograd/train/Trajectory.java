package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model's life on a backend, as all the numbers that it shows: predictions, steps, gradients. */
record Trajectory(Layer network, Shape sample, Optimizer optimizer, long seed) {
    private static final int BATCH = 5;

    /** Enough for a GPU to record the step and to replay the record. */
    private static final int STEPS = 5;

    private static final Shape IMAGE = Shape.of(2, 8, 8);

    /** Eight lives, which have no two numbers in common. */
    static List<Trajectory> all() {
        Optimizer sgd = new Sgd(0.05).momentum(0.9);
        Optimizer adam = new Adam(0.01);
        Layer conv = new Conv2d(8, 3).padding(1);
        return List.of(
                of(sgd, 1, new Flatten(), new Linear(40), new Tanh(), new Linear(4)),
                of(adam, 2, conv, new Relu(), new MaxPool2d(2), new Flatten(), new Linear(4)),
                of(sgd, 3, conv, new BatchNorm(), new Relu(), new Flatten(), new Linear(4)),
                of(adam, 4, conv, new Residual(conv, new Relu()), new Flatten(), new Linear(4)),
                of(sgd, 5, new Flatten(), new Linear(64), new Dropout(0.4), new Linear(4)),
                of(adam, 6, new Flatten(), new LayerNorm(128), new Linear(70), new Linear(4)),
                new Trajectory(
                        new Sequential(new Gru(12), new Flatten(), new Linear(4)),
                        Shape.of(6, 3),
                        adam,
                        7),
                of(sgd, 8, new Conv2d(16, 3).stride(2), new Tanh(), new Flatten(), new Linear(4)));
    }

    private static Trajectory of(Optimizer optimizer, long seed, Layer... layers) {
        return new Trajectory(new Sequential(layers), IMAGE, optimizer, seed);
    }

    /** Lives it. */
    List<double[]> run(Backend backend) {
        List<double[]> seen = new ArrayList<>();
        try (Model model = Model.create(network, sample, backend, seed);
                TrainStep step = new TrainStep(model, new CrossEntropy(), optimizer, BATCH)) {
            seen.add(model.predict(inputs(1, 0)));
            for (int i = 1; i <= STEPS; i++) {
                step.run(inputs(BATCH, i), labels(i));
                seen.add(new double[] {step.loss()});
                double[] output = new double[(int) step.outputShape().size()];
                step.output(output);
                seen.add(output);
                seen.add(model.predict(inputs(3, -i)));
            }
            for (String name : model.names()) {
                seen.add(model.parameter(name));
                if (model.parameters().get(name).grad() != null) {
                    seen.add(model.gradient(name));
                }
            }
        }
        return seen;
    }

    /** Trains with an audit of every step that there is time for. */
    void audited(Backend backend) {
        try (Model model = Model.create(network, sample, backend, seed)) {
            double[][] x = new double[3 * BATCH][];
            Arrays.setAll(x, i -> inputs(1, i));
            int[] labels = new int[x.length];
            Arrays.setAll(labels, i -> i % 4);
            new Trainer(model, new CrossEntropy(), optimizer)
                    .batch(BATCH)
                    .audit(Audit.every(1))
                    .fit(ArrayDataset.of(x, labels, sample));
        }
    }

    private double[] inputs(int count, int stream) {
        double[] x = new double[Math.toIntExact(count * sample.size())];
        Arrays.setAll(x, i -> (float) Philox.normal(seed, stream, i));
        return x;
    }

    private int[] labels(int step) {
        int[] labels = new int[BATCH];
        Arrays.setAll(labels, i -> (i * 7 + step) % 4);
        return labels;
    }
}
