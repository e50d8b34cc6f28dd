package io.retrograd.model;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;

/**
 * A convolutional autoencoder: pictures through a code of few numbers and back.
 *
 * <pre>
 *   (N, 1, 28, 28) → (N, 16, 14, 14) → (N, 32, 7, 7) → code (N, 64, 1, 1)
 *                  → (N, 32, 7, 7) → (N, 16, 14, 14) → logits (N, 1, 28, 28)
 * </pre>
 *
 * Each arrow is a convolution or a transposed one, with a ReLU but for the code and the logits. Its
 * loss is binary cross-entropy of the logits with the picture.
 *
 * <p>Source: J. Masci et al., Stacked convolutional auto-encoders for hierarchical feature
 * extraction, ICANN 2011.
 */
public final class Autoencoder {
    private Autoencoder() {}

    /** For pictures of 28 by 28. */
    public static Sequential mnist() {
        return of(16, 32, 64, 7);
    }

    /**
     * Any other.
     *
     * @param first channels at half of the sides
     * @param second channels at a quarter of the sides
     * @param code numbers of the code
     * @param quarter a quarter of the sides
     */
    public static Sequential of(int first, int second, int code, int quarter) {
        return new Sequential(
                new Conv2d(first, 3).stride(2).padding(1),
                new Relu(),
                new Conv2d(second, 3).stride(2).padding(1),
                new Relu(),
                new Conv2d(code, quarter),
                new ConvTranspose2d(second, quarter),
                new Relu(),
                new ConvTranspose2d(first, 3).stride(2).padding(1).outputPadding(1),
                new Relu(),
                new ConvTranspose2d(1, 3).stride(2).padding(1).outputPadding(1));
    }
}
