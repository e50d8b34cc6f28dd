package io.retrograd.train;

import io.retrograd.tensor.Shape;

/** Room on the Java heap for one batch: samples, labels, the network's output (N, C). */
final class Batch {
    private final double[] x;

    /** Instead of x, where samples are bytes and nothing changes them. */
    private final byte[] pixels;

    private final int largestPixel;
    private final int[] labels;
    private final double[] output;
    private final int classes;

    /**
     * Room for {@code size} samples of a model with outputs (C).
     *
     * @param largestPixel as the data set's; 0 for samples of doubles
     */
    Batch(Model model, int size, int largestPixel) {
        Shape out = model.outputShape();
        if (out.rank() != 1) {
            throw new IllegalArgumentException(
                    "Trainer: expected a network with outputs (N, C), got "
                            + out.batch(size)
                            + "; end it with Flatten and Linear, or use TrainStep");
        }
        classes = out.dim(0);
        int count = (int) model.sampleShape().batch(size).size();
        x = new double[largestPixel > 0 ? 0 : count];
        pixels = new byte[largestPixel > 0 ? count : 0];
        this.largestPixel = largestPixel;
        labels = new int[size];
        output = new double[(int) out.batch(size).size()];
    }

    /**
     * The batch sizes that a data set of {@code samples} takes: the full one, and the last one
     * where it is smaller.
     */
    static int[] sizes(int samples, int batch) {
        if (samples <= batch) {
            return new int[] {samples};
        }
        int rest = samples % batch;
        return rest == 0 ? new int[] {batch} : new int[] {batch, rest};
    }

    /** Checks that a model can be trained or evaluated on a data set. */
    static void check(Dataset dataset, Model model) {
        if (model.stateful()) {
            throw new IllegalArgumentException(
                    "Trainer: expected independent samples, got a network with stateful layers;"
                            + " run a TrainStep on the parts of each sequence in order, and"
                            + " Model.resetStates() between sequences");
        }
        if (dataset.size() < 1) {
            throw new IllegalArgumentException(
                    "Trainer: expected a data set of at least 1 sample, got an empty one");
        }
        if (!dataset.sampleShape().equals(model.sampleShape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected samples of the model's input shape %s, got %s",
                            model.sampleShape(), dataset.sampleShape()));
        }
        Shape out = model.outputShape();
        if (dataset.classes() > out.dim(out.rank() - 1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected a data set of at most %d classes, as many as the"
                                    + " network's outputs, got %d",
                            out.dim(out.rank() - 1), dataset.classes()));
        }
    }

    int size() {
        return labels.length;
    }

    int classes() {
        return classes;
    }

    double[] x() {
        return x;
    }

    int[] labels() {
        return labels;
    }

    double[] output() {
        return output;
    }

    /**
     * Copies sample {@code index} of the data set to place {@code n}, and gives its offset in x.
     */
    int load(Dataset dataset, int index, int n) {
        int offset = n * (Math.max(x.length, pixels.length) / labels.length);
        if (largestPixel > 0) {
            dataset.pixels(index, pixels, offset);
        } else {
            dataset.sample(index, x, offset);
        }
        labels[n] = dataset.label(index);
        return offset;
    }

    /** Passes samples and labels to a network. */
    void feed(BoundNetwork network) {
        if (largestPixel > 0) {
            network.input(pixels, largestPixel);
        } else {
            network.input(x);
        }
        network.labels(labels);
    }

    /** The class with the largest output of sample {@code n}. */
    int predicted(int n) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (output[n * classes + c] > output[n * classes + best]) {
                best = c;
            }
        }
        return best;
    }
}
