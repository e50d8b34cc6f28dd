package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;

/**
 * A layer and the shape of its input, the batch included.
 *
 * <p>One that has been drawn need not fit the other.
 */
public record DrawnLayer(Layer layer, Shape shape) {}
