package io.retrograd.attribution;

import io.retrograd.backend.Backend;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gate;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.Arrays;

/** Small networks over pictures, and samples for them. */
final class Networks {
    static final Shape IMAGE = Shape.of(2, 8, 8);
    static final int CLASSES = 4;

    /** Rows of convolutions, ReLU and max pooling, with biases. */
    static final Layer CONVOLUTIONS =
            new Sequential(
                    new Conv2d(6, 3).padding(1),
                    new Relu(),
                    new MaxPool2d(2),
                    new Conv2d(8, 3).padding(1),
                    new Relu(),
                    new Flatten(),
                    new Linear(12),
                    new Relu(),
                    new Linear(CLASSES));

    /** The same without biases. */
    static final Layer WITHOUT_BIAS =
            new Sequential(
                    new Conv2d(6, 3).padding(1).bias(false),
                    new Relu(),
                    new MaxPool2d(2),
                    new Residual(
                            new Sequential(new Conv2d(6, 3).padding(1).bias(false), new Relu())),
                    new AvgPool2d(2),
                    new Flatten(),
                    new Linear(12).bias(false),
                    new Relu(),
                    new Linear(CLASSES).bias(false));

    /** Batch norm, branches, and means over all places before the last layer. */
    static final Layer RESIDUAL =
            new Sequential(
                    new Conv2d(6, 3).padding(1).bias(false),
                    new BatchNorm(),
                    new Relu(),
                    new Residual(
                            new Sequential(
                                    new Conv2d(8, 3).padding(1).stride(2).bias(false),
                                    new BatchNorm(),
                                    new Relu(),
                                    new Conv2d(8, 3).padding(1)),
                            new Sequential(new Conv2d(8, 1).stride(2), new BatchNorm())),
                    new Relu(),
                    new GlobalAvgPool2d(),
                    new Linear(CLASSES));

    /** Smooth everywhere. */
    static final Layer SMOOTH =
            new Sequential(
                    new Conv2d(6, 3).padding(1),
                    new Tanh(),
                    new Flatten(),
                    new Linear(12),
                    new Tanh(),
                    new Linear(CLASSES));

    /** Channels weighed by means of all, as in squeeze-and-excitation networks. */
    static final Layer GATED =
            new Sequential(
                    new Conv2d(6, 3).padding(1),
                    new Relu(),
                    new Gate(
                            new Sequential(
                                    new GlobalAvgPool2d(),
                                    new Linear(3),
                                    new Relu(),
                                    new Linear(6),
                                    new Sigmoid(),
                                    new Reshape(6, 1, 1))),
                    new Residual(
                            new Sequential(
                                    new Conv2d(6, 3).padding(1),
                                    new Gate(
                                            new Sequential(
                                                    new Conv2d(1, 1), new BatchNorm(), new Tanh())),
                                    new Relu())),
                    new Flatten(),
                    new Linear(CLASSES));

    private Networks() {}

    /** A model whose batch norms are not the identity. */
    static Model model(Layer network, Backend backend, long seed) {
        Model model = Model.create(network, IMAGE, backend, seed);
        for (String name : model.names()) {
            double[] values = model.parameter(name);
            int stream = name.hashCode();
            if (name.endsWith("running_var")) {
                Arrays.setAll(values, i -> 0.5 + Philox.uniform(seed, stream, i));
            } else if (name.endsWith("running_mean") || name.endsWith("bias")) {
                Arrays.setAll(values, i -> 0.4 * Philox.uniform(seed, stream, i) - 0.2);
            }
            model.setParameter(name, values);
        }
        return model;
    }

    /** Pixels from 0 to 1. */
    static double[] image(long seed) {
        double[] x = new double[Math.toIntExact(IMAGE.size())];
        Arrays.setAll(x, i -> Philox.uniform(seed, 0, i));
        return x;
    }
}
