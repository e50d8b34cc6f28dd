package io.retrograd.train;

import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Room on the Java heap for one batch: inputs, targets, and outputs that are looked at. */
final class Batch {
    private final int size;
    private final Map<String, Part> inputs = new LinkedHashMap<>();
    private final Map<String, Part> targets = new LinkedHashMap<>();
    private final Map<String, double[]> outputs = new LinkedHashMap<>();

    /**
     * The samples of a column: bytes or floats where it has them and nothing changes them, else
     * doubles.
     */
    private static final class Part {
        private final Column column;
        private final int sample;
        private final double[] values;
        private final float[] floats;
        private final byte[] pixels;

        private Part(Column column, int size, boolean asTheyAre) {
            this.column = column;
            sample = Math.toIntExact(column.shape().size());
            int count = Math.toIntExact(column.shape().batch(size).size());
            boolean bytes = asTheyAre && column.largestPixel() > 0;
            boolean single = asTheyAre && !bytes && column.floats();
            values = new double[bytes || single ? 0 : count];
            floats = new float[single ? count : 0];
            pixels = new byte[bytes ? count : 0];
        }

        private void load(Column from, int index, int n) {
            if (pixels.length > 0) {
                from.pixels(index, pixels, n * sample);
            } else if (floats.length > 0) {
                from.copy(index, floats, n * sample);
            } else {
                from.copy(index, values, n * sample);
            }
        }

        private void feed(BoundInput input) {
            if (pixels.length > 0) {
                input.write(pixels, column.largestPixel());
            } else if (floats.length > 0) {
                input.write(floats);
            } else {
                input.write(values);
            }
        }
    }

    /**
     * Room for a network's batch of a data set.
     *
     * @param asTheyAre whether inputs may be bytes or floats
     * @param read the outputs that are looked at
     * @throws IllegalArgumentException if the data set lacks what the network or its losses take
     */
    Batch(BoundNetwork network, Dataset dataset, boolean asTheyAre, Collection<String> read) {
        size = network.batch();
        network.inputs()
                .forEach(
                        (name, input) -> {
                            Column column =
                                    column(
                                            "input",
                                            name,
                                            input.shape(),
                                            dataset.inputs(),
                                            network.inputs().size());
                            inputs.put(name, new Part(column, size, asTheyAre));
                        });
        Map<String, Shape> expected = network.targets();
        expected.forEach(
                (name, shape) ->
                        targets.put(
                                name,
                                new Part(
                                        column(
                                                "target",
                                                name,
                                                shape,
                                                targets(network, name, dataset),
                                                expected.size()),
                                        size,
                                        /* asTheyAre= */ false)));
        for (String name : read) {
            Shape shape = Objects.requireNonNull(network.outputs().get(name)).shape();
            outputs.put(name, new double[Math.toIntExact(shape.size())]);
        }
    }

    /** The targets of a data set: labels as probabilities where a loss takes those. */
    private static Map<String, Column> targets(BoundNetwork network, String name, Dataset dataset) {
        Shape wanted = network.targets().get(name);
        if (wanted != null && dataset instanceof LabelledDataset labelled) {
            for (BoundLoss loss : network.losses()) {
                if (loss.term().target().equals(name)
                        && ScoredOutput.ofProbabilities(network, loss)) {
                    return Map.of(name, LabelledColumns.probabilities(labelled, wanted.dim(1)));
                }
            }
        }
        return dataset.targets();
    }

    /** The column of a name, or the only one of an only taker. */
    private static Column column(
            String what, String name, Shape batch, Map<String, Column> columns, int takers) {
        Column column = columns.get(name);
        if (column == null && takers == 1 && columns.size() == 1) {
            column = columns.values().iterator().next();
        }
        if (column == null || !column.shape().equals(batch.tail(1))) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected a data set with a column %s \"%s\" of shape %s a"
                                    + " sample, got %s",
                            what,
                            name,
                            batch.tail(1),
                            column == null ? "columns " + columns.keySet() : column.shape()));
        }
        return column;
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
        if (!(dataset instanceof LabelledDataset labelled) || model.outputShapes().size() != 1) {
            return;
        }
        Shape out = model.outputShape();
        if (!dataset.inputs().values().iterator().next().shape().equals(model.sampleShape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected samples of the model's input shape %s, got %s",
                            model.sampleShape(), labelled.sampleShape()));
        }
        if (out.rank() > 0 && labelled.classes() > out.dim(0)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected a data set of at most %d classes, as many as the"
                                    + " network's outputs, got %d",
                            out.dim(0), labelled.classes()));
        }
    }

    int size() {
        return size;
    }

    /** The values of a target. */
    double[] target(String name) {
        return Objects.requireNonNull(targets.get(name)).values;
    }

    /** Room for an output that is looked at, by its name. */
    Map<String, double[]> outputs() {
        return outputs;
    }

    /** Copies sample {@code index} of the data set to place {@code n}. */
    void load(int index, int n) {
        inputs.values().forEach(part -> part.load(part.column, index, n));
        targets.values().forEach(part -> part.load(part.column, index, n));
    }

    /** The same as training reads the sample at a draw. */
    void load(int index, int n, Draw draw) {
        inputs.values().forEach(part -> part.load(part.column.drawn(draw), index, n));
        targets.values().forEach(part -> part.load(part.column.drawn(draw), index, n));
    }

    /** Changes the sample at place {@code n}. */
    void augment(Augmentation augmentation, int n, long seed, long change) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    "Trainer: expected a network with one input to augment samples of, got "
                            + inputs.keySet());
        }
        Part only = inputs.values().iterator().next();
        augmentation.apply(only.values, n * only.sample, only.column.shape(), seed, change);
    }

    /** Passes inputs and targets to a network. */
    void feed(BoundNetwork network) {
        inputs.forEach(
                (name, part) -> part.feed(Objects.requireNonNull(network.inputs().get(name))));
        targets.forEach((name, part) -> network.target(name, part.values));
    }
}
