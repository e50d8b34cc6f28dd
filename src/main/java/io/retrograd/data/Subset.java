package io.retrograd.data;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Some samples of another data set, in an order of their own. */
public final class Subset implements LabelledDataset {
    private final LabelledDataset all;
    private final int[] indices;

    /**
     * The samples at these indices.
     *
     * @param indices into {@code all}. Not modified.
     * @throws IndexOutOfBoundsException if there is no such sample
     */
    public Subset(LabelledDataset all, int... indices) {
        for (int index : indices) {
            Objects.checkIndex(index, all.size());
        }
        this.all = all;
        this.indices = indices.clone();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public Shape sampleShape() {
        return all.sampleShape();
    }

    @Override
    public @Nullable TokenIds tokenIds() {
        return all.tokenIds();
    }

    @Override
    public int classes() {
        return all.classes();
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        all.sample(indices[index], into, offset);
    }

    @Override
    public int largestPixel() {
        return all.largestPixel();
    }

    @Override
    public void pixels(int index, byte[] into, int offset) {
        all.pixels(indices[index], into, offset);
    }

    @Override
    public int label(int index) {
        return all.label(indices[index]);
    }
}
