package io.retrograd.train;

import io.retrograd.bind.BindOptions;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The mean loss of a model over a whole data set as a function of all parameters, with its gradient
 * in float64 on the host. Dropout draws the same masks each time.
 */
final class Objective implements AutoCloseable {
    private final Model model;
    private final Dataset dataset;
    private final List<BoundNetwork> networks = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();
    private final List<Tensor> parameters;
    private final double[][] parts;
    private int evaluations;

    /** A value and the gradient there. */
    static final class Point {
        private final double value;
        private final double[] gradient;

        Point(double value, double[] gradient) {
            this.value = value;
            this.gradient = gradient;
        }

        double value() {
            return value;
        }

        double[] gradient() {
            return gradient;
        }

        /** The slope in a direction. */
        double along(double[] direction) {
            return dot(gradient, direction);
        }
    }

    Objective(Model model, LossSum losses, Dataset dataset, int batch) {
        Batch.check(dataset, model);
        this.model = model;
        this.dataset = dataset;
        for (int size : Batch.sizes(dataset.size(), batch)) {
            networks.add(model.adopt(new BoundNetwork(model, size, BindOptions.train(), losses)));
        }
        networks.forEach(
                network ->
                        batches.add(new Batch(network, dataset, /* asTheyAre= */ true, List.of())));
        parameters = List.copyOf(model.declared().tensors());
        parts = new double[parameters.size()][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new double[Math.toIntExact(parameters.get(i).shape().size())];
        }
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** The largest magnitude of an element. */
    static double largest(double[] x) {
        double most = 0;
        for (double value : x) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    /** How often it has been evaluated. */
    int evaluations() {
        return evaluations;
    }

    /** The parameters as they are, one behind the other. */
    double[] where() {
        int size = 0;
        for (double[] part : parts) {
            size = Math.addExact(size, part.length);
        }
        double[] all = new double[size];
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            parameters.get(i).copyTo(parts[i]);
            System.arraycopy(parts[i], 0, all, at, parts[i].length);
            at += parts[i].length;
        }
        return all;
    }

    /** Sets the parameters to {@code from + t·direction}. */
    void move(double[] from, double t, double[] direction) {
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            for (int j = 0; j < parts[i].length; j++, at++) {
                parts[i][j] = from[at] + t * direction[at];
            }
            parameters.get(i).copyFrom(parts[i]);
        }
    }

    /** Evaluates it where the parameters are. */
    Point evaluate() {
        evaluations++;
        model.declared().setControl(/* learningRate= */ 0, /* step= */ 1);
        double loss = 0;
        double[] gradient = new double[where().length];
        int loaded = 0;
        while (loaded < dataset.size()) {
            int kind = dataset.size() - loaded >= batches.get(0).size() ? 0 : 1;
            Batch batch = batches.get(kind);
            for (int n = 0; n < batch.size(); n++) {
                batch.load(loaded + n, n);
            }
            loaded += batch.size();
            BoundNetwork network = networks.get(kind);
            batch.feed(network);
            network.binding().forward();
            network.binding().backward();
            double share = (double) batch.size() / dataset.size();
            loss += share * network.loss();
            addGradients(share, gradient);
        }
        return new Point(loss, gradient);
    }

    private void addGradients(double share, double[] sum) {
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            parameters.get(i).requireGrad().copyTo(parts[i]);
            for (double part : parts[i]) {
                sum[at++] += share * part;
            }
        }
    }

    @Override
    public void close() {
        networks.forEach(model::release);
    }
}
