package io.retrograd.backend.random;

import io.retrograd.gradcheck.fuzz.DrawnLayer;
import io.retrograd.gradcheck.fuzz.JavaCode;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;

/**
 * A layer or network and its input.
 *
 * @param code the layer, as it is written in Java
 * @param exact whether it only adds, multiplies and compares, so that integers stay integers
 * @param operations how many there are in a row
 */
record Drawn(Layer layer, String code, Shape shape, boolean exact, int operations) {
    /** A single layer. */
    static Drawn of(DrawnLayer drawn, boolean exact) {
        String code = JavaCode.of(drawn.layer()).code();
        return new Drawn(drawn.layer(), code, drawn.shape(), exact, 1);
    }
}
