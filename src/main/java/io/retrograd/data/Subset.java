package io.retrograd.data;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Some samples of another data set, in an order of their own. */
public final class Subset implements LabelledDataset {
    private final LabelledDataset all;
    private final int[] indices;

    private Subset(int[] indices, LabelledDataset all) {
        this.all = all;
        this.indices = indices;
    }

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
        int[] places = indices.clone();
        LabelledDataset within = all;
        while (within instanceof Subset subset) {
            Arrays.setAll(places, i -> subset.indices[places[i]]);
            within = subset.all;
        }
        if (within instanceof PictureDataset pictures) {
            within = pictures.part(places);
            Arrays.setAll(places, i -> i);
        }
        this.all = within;
        this.indices = places;
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
    public List<String> labelNames() {
        return all.labelNames();
    }

    @Override
    public @Nullable String sampleName(int index) {
        return all.sampleName(indices[index]);
    }

    @Override
    public boolean floats() {
        return all.floats();
    }

    @Override
    public void sample(int index, float[] into, int offset) {
        all.sample(indices[index], into, offset);
    }

    @Override
    public void probabilities(int index, double[] into, int offset, int count) {
        all.probabilities(indices[index], into, offset, count);
    }

    @Override
    public LabelledDataset drawn(Draw draw) {
        LabelledDataset drawn = all.drawn(draw);
        return drawn == all ? this : new Subset(indices, drawn);
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
