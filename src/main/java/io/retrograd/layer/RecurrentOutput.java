package io.retrograd.layer;

import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * The results of a recurrent layer.
 *
 * @param y all steps of the last layer
 * @param states the final states (D, N, H), layer by layer: h, or for {@link Lstm} h and c. Their
 *     gradients are 0 until another layer reads them, or until they are set
 */
public record RecurrentOutput(Tensor y, List<Tensor> states) {
    public RecurrentOutput {
        states = List.copyOf(states);
    }
}
