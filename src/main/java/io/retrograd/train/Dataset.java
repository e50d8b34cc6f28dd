package io.retrograd.train;

import java.util.Map;

/**
 * Samples in named columns: what a network reads, and what it is to give. {@link ArrayDataset} has
 * samples of one input with class labels, {@link ColumnDataset} any.
 *
 * <p>A network's input, or a loss's target, takes the column of its name; an only one takes the
 * only column, whatever its name.
 */
public interface Dataset {
    /** Number of samples. */
    int size();

    /** What the network reads, by name. */
    Map<String, Column> inputs();

    /** What losses and metrics compare outputs with, by name. */
    Map<String, Column> targets();
}
