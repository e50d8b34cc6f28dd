package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.SplittableRandom;

/** A network that trains on one random batch: SGD with momentum 0.9, learning rate 0.01. */
public final class Training implements AutoCloseable {
    private final Backend backend;
    private final Model model;
    private final TrainStep step;
    private final double[] x;
    private final int[] labels;

    /** On a backend, which stays open; the network's outputs are one number a class. */
    public Training(Layer network, Shape sample, int batch, Backend backend) {
        this.backend = backend;
        model = Model.create(network, sample, backend, /* seed= */ 1);
        step = new TrainStep(model, new CrossEntropy(), new Sgd(0.01).momentum(0.9), batch);
        SplittableRandom random = new SplittableRandom(1);
        TokenIds tokens = network.tokenIds();
        x = new double[Math.toIntExact(sample.batch(batch).size())];
        for (int i = 0; i < x.length; i++) {
            x[i] = tokens == null ? random.nextGaussian() : random.nextInt(tokens.count());
        }
        labels = random.ints(batch, 0, Math.toIntExact(model.outputShape().size())).toArray();
    }

    /** Has steps enqueued piece by piece, where a GPU would replay a record. */
    public Training eager(boolean value) {
        step.setEager(value);
        return this;
    }

    /** Enqueues a step. */
    public void enqueue() {
        step.run(x, labels);
    }

    /** One step, which is finished when it returns. */
    public void run() {
        enqueue();
        backend.synchronize();
    }

    @Override
    public void close() {
        step.close();
        model.close();
    }
}
