package io.retrograd.backend.onednn;

import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Windows that slide over a padded image.
 *
 * <p>A convolution's image is x, and every window gives an element of y; a transposed convolution's
 * image is y, over which every element of x spreads a window.
 *
 * @param image (N, C, spatial...), what they slide over
 * @param places (N, K, spatial...), an element a window
 * @param kernel sizes of a window
 */
record Windows(
        Shape image,
        Shape places,
        List<Integer> kernel,
        List<Integer> stride,
        List<Integer> padding,
        List<Integer> dilation) {
    /**
     * The windows of a convolution.
     *
     * @param weight (…, …, kernel...)
     */
    static Windows of(ConvolutionSpec spec, Shape image, Shape places, Shape weight) {
        return new Windows(
                image,
                places,
                weight.tail(2).dims(),
                spec.stride(),
                spec.padding(),
                spec.dilation());
    }

    /** Whether some window has no element inside the image. */
    boolean anyEmpty() {
        return IntStream.range(0, kernel.size())
                .anyMatch(
                        axis ->
                                IntStream.range(0, places.dim(axis + 2))
                                        .anyMatch(place -> empty(axis, place)));
    }

    private boolean empty(int axis, int place) {
        return IntStream.range(0, kernel.get(axis)).allMatch(k -> at(axis, place, k) < 0);
    }

    /** Whether some weight meets no element of the image, wherever the window is. */
    boolean anyIdleWeight() {
        return IntStream.range(0, kernel.size())
                .anyMatch(
                        axis -> IntStream.range(0, kernel.get(axis)).anyMatch(k -> idle(axis, k)));
    }

    private boolean idle(int axis, int k) {
        return IntStream.range(0, places.dim(axis + 2)).allMatch(place -> at(axis, place, k) < 0);
    }

    /** Where along an axis the k-th element of a window lies in the image; -1 in the padding. */
    int at(int axis, int place, int k) {
        long at =
                (long) place * stride.get(axis) - padding.get(axis) + (long) k * dilation.get(axis);
        return at >= 0 && at < image.dim(axis + 2) ? (int) at : -1;
    }

    /** Whether a window is a single element. */
    boolean single() {
        return kernel.stream().allMatch(size -> size == 1);
    }

    /** Whether there is one window along the last dimension, though it could jump. */
    boolean singleStridedColumn() {
        int last = kernel.size() - 1;
        return stride.get(last) > 1 && places.dim(last + 2) == 1;
    }

    /** Whether windows lie apart by more than one element in some dimension. */
    boolean strided() {
        return stride.stream().anyMatch(step -> step > 1);
    }
}
