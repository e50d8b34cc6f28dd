package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Channels laid out as pixels: x (N, C·r², H, W), y (N, C, H·r, W·r).
 *
 * <pre>
 *   y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w]
 * </pre>
 *
 * Source: W. Shi et al., Real-time single image and video super-resolution using an efficient
 * sub-pixel convolutional neural network, CVPR 2016.
 *
 * @param factor r, at least 1
 */
public record PixelShuffle(int factor) implements Layer {
    private static final String NAME = "PixelShuffle";

    public PixelShuffle {
        Checks.atLeast(NAME, "factor", 1, factor);
    }

    @Override
    public Shape outputShape(Shape input) {
        long square = (long) factor * factor;
        if (input.rank() != 4 || input.dim(1) % square != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected input (N, C·%d, H, W), got %s", NAME, square, input));
        }
        return Shape.of(
                input.dim(0),
                (int) (input.dim(1) / square),
                Math.multiplyExact(input.dim(2), factor),
                Math.multiplyExact(input.dim(3), factor));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        Shape y = outputShape(x.shape());
        int height = x.shape().dim(2);
        int width = x.shape().dim(3);
        Shape apart = Shape.of(y.dim(0), y.dim(1), factor, factor, height, width);
        Tensor split = binder.record(to -> new Arrangements.Reshape(NAME, apart, x, to)).y();
        List<Integer> order = List.of(0, 1, 4, 2, 5, 3);
        Tensor moved = binder.record(to -> new Arrangements.Permute(NAME, order, split, to)).y();
        return binder.record(to -> new Arrangements.Reshape(NAME, y, moved, to)).y();
    }
}
