package io.retrograd.train;

import io.retrograd.tensor.Shape;

/** The columns of a labelled data set. */
final class LabelledColumns {
    private LabelledColumns() {}

    static Column samples(LabelledDataset dataset) {
        return new Samples(dataset);
    }

    static Column labels(LabelledDataset dataset) {
        return new Labels(dataset);
    }

    private record Samples(LabelledDataset dataset) implements Column {
        @Override
        public Shape shape() {
            return dataset.sampleShape();
        }

        @Override
        public void copy(int index, double[] into, int offset) {
            dataset.sample(index, into, offset);
        }

        @Override
        public int largestPixel() {
            return dataset.largestPixel();
        }

        @Override
        public void pixels(int index, byte[] into, int offset) {
            dataset.pixels(index, into, offset);
        }
    }

    private record Labels(LabelledDataset dataset) implements Column {
        @Override
        public Shape shape() {
            return Shape.of();
        }

        @Override
        public void copy(int index, double[] into, int offset) {
            into[offset] = dataset.label(index);
        }
    }
}
