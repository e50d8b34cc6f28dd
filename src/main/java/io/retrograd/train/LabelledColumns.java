package io.retrograd.train;

import io.retrograd.tensor.Draw;
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

    /** Labels as the probabilities of {@code count} classes. */
    static Column probabilities(LabelledDataset dataset, int count) {
        return new Probabilities(dataset, count);
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
        public boolean floats() {
            return dataset.floats();
        }

        @Override
        public void copy(int index, float[] into, int offset) {
            dataset.sample(index, into, offset);
        }

        @Override
        public Column drawn(Draw draw) {
            LabelledDataset drawn = dataset.drawn(draw);
            return drawn == dataset ? this : new Samples(drawn);
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

        @Override
        public Column drawn(Draw draw) {
            LabelledDataset drawn = dataset.drawn(draw);
            return drawn == dataset ? this : new Labels(drawn);
        }
    }

    private record Probabilities(LabelledDataset dataset, int count) implements Column {
        @Override
        public Shape shape() {
            return Shape.of(count);
        }

        @Override
        public void copy(int index, double[] into, int offset) {
            dataset.probabilities(index, into, offset, count);
        }

        @Override
        public Column drawn(Draw draw) {
            LabelledDataset drawn = dataset.drawn(draw);
            return drawn == dataset ? this : new Probabilities(drawn, count);
        }
    }
}
