package io.retrograd.data;

import io.retrograd.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/** The rows of a table, standardized. */
public final class TableDataset extends FloatDataset {
    private final Standardization standardization;

    TableDataset(
            FloatBuffer rows,
            int[] labels,
            Shape sampleShape,
            List<String> labelNames,
            Standardization standardization) {
        super(rows, labels, sampleShape, labelNames.size(), labelNames);
        this.standardization = standardization;
    }

    /** What was done to the columns. */
    public Standardization standardization() {
        return standardization;
    }
}
