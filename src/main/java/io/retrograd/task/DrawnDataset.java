package io.retrograd.task;

import io.retrograd.layer.Network;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Column;
import io.retrograd.train.Dataset;
import java.util.List;
import java.util.Map;

/**
 * Pictures of bytes, each with an array of values to learn.
 *
 * @param pixels of each, over 255
 * @param values of each
 */
record DrawnDataset(
        Shape sampleShape, List<byte[]> pixels, Shape targetShape, List<double[]> values)
        implements Dataset {
    private static final int LARGEST = 255;

    @Override
    public int size() {
        return pixels.size();
    }

    @Override
    public Map<String, Column> inputs() {
        return Map.of(Network.INPUT, new Pictures(sampleShape, pixels));
    }

    @Override
    public Map<String, Column> targets() {
        return Map.of(LossSum.TARGET, new Values(targetShape, values));
    }

    private record Pictures(Shape shape, List<byte[]> pixels) implements Column {
        @Override
        public int largestPixel() {
            return LARGEST;
        }

        @Override
        public void pixels(int index, byte[] into, int offset) {
            byte[] picture = pixels.get(index);
            System.arraycopy(picture, 0, into, offset, picture.length);
        }

        @Override
        public void copy(int index, double[] into, int offset) {
            byte[] picture = pixels.get(index);
            for (int i = 0; i < picture.length; i++) {
                into[offset + i] = Byte.toUnsignedInt(picture[i]) / (double) LARGEST;
            }
        }
    }

    private record Values(Shape shape, List<double[]> values) implements Column {
        @Override
        public void copy(int index, double[] into, int offset) {
            double[] sample = values.get(index);
            System.arraycopy(sample, 0, into, offset, sample.length);
        }
    }
}
