package io.retrograd.demo;

import io.retrograd.backend.Backend;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Dataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network with the parameters that a training left.
 *
 * @param shape of a sample
 */
record Fitted(Layer network, Shape shape, Map<String, double[]> parameters) {
    private static final int BATCH = 32;

    static Fitted of(Model model) {
        Map<String, double[]> parameters = new LinkedHashMap<>();
        model.names().forEach(name -> parameters.put(name, model.parameter(name)));
        return new Fitted(model.network(), model.sampleShape(), parameters);
    }

    /** How a training by Adam goes, whose rate falls by half a cosine wave. */
    record Course(JointLoss loss, double rate, int epochs, long seed) {}

    /** Trains from these parameters on; the others are random. */
    Fitted train(Backend backend, Dataset data, Course course) {
        try (Model model = Model.create(network, shape, backend, course.seed())) {
            parameters.forEach(model::setParameter);
            new Trainer(model, course.loss(), new Adam(course.rate()))
                    .batch(BATCH)
                    .epochs(course.epochs())
                    .schedule(Schedule.cosine())
                    .seed(course.seed())
                    .fit(data);
            return of(model);
        }
    }

    /** A network of some of the layers, the first ones, with their parameters. */
    Fitted first(Layer layers, Backend backend) {
        try (Model model = Model.create(layers, shape, backend, /* seed= */ 0)) {
            for (String name : model.names()) {
                model.setParameter(name, Objects.requireNonNull(parameters.get(name)));
            }
            return of(model);
        }
    }

    /** The outputs for samples, a row each. */
    double[][] predict(Backend backend, double[]... rows) {
        try (Model model = Model.create(network, shape, backend, /* seed= */ 0)) {
            parameters.forEach(model::setParameter);
            int size = Math.toIntExact(shape.size());
            double[] x = new double[rows.length * size];
            for (int n = 0; n < rows.length; n++) {
                System.arraycopy(rows[n], 0, x, n * size, size);
            }
            return split(model.predict(x), rows.length);
        }
    }

    private static double[][] split(double[] all, int rows) {
        int size = all.length / rows;
        List<double[]> split = new ArrayList<>();
        for (int n = 0; n < rows; n++) {
            split.add(Arrays.copyOfRange(all, n * size, (n + 1) * size));
        }
        return split.toArray(double[][]::new);
    }
}
