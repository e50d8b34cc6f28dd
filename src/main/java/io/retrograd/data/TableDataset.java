package io.retrograd.data;

import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.List;

/** The rows of a table, standardized. */
public final class TableDataset implements LabelledDataset {
    private final FloatDataset rows;
    private final Standardization standardization;

    TableDataset(FloatDataset rows, Standardization standardization) {
        this.rows = rows;
        this.standardization = standardization;
    }

    /** What was done to the columns. */
    public Standardization standardization() {
        return standardization;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public Shape sampleShape() {
        return rows.sampleShape();
    }

    @Override
    public int classes() {
        return rows.classes();
    }

    @Override
    public List<String> labelNames() {
        return rows.labelNames();
    }

    @Override
    public int label(int index) {
        return rows.label(index);
    }

    @Override
    public boolean floats() {
        return true;
    }

    @Override
    public void sample(int index, float[] into, int offset) {
        rows.sample(index, into, offset);
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        rows.sample(index, into, offset);
    }
}
