package io.retrograd.backend.cuda;

import io.retrograd.operation.Overlay;

/** {@link Overlay} as {@code kernels/overlay.cuh} takes it. */
final class OverlayTable {
    /** The dimensions that there is room for. */
    private static final int MOST = 8;

    private OverlayTable() {}

    /**
     * The number of dimensions, sizes, and strides of up to two tensors.
     *
     * @throws IllegalArgumentException for too many dimensions
     */
    static int[] of(Overlay overlay) {
        int rank = overlay.sizes().size();
        if (rank > MOST) {
            throw new IllegalArgumentException(
                    String.format(
                            "cuda: expected a layout of at most %d dimensions, got %s",
                            MOST, overlay.sizes()));
        }
        int[] fields = new int[1 + 3 * MOST];
        fields[0] = rank;
        for (int d = 0; d < rank; d++) {
            fields[1 + d] = overlay.sizes().get(d);
            for (int i = 0; i < overlay.strides().size(); i++) {
                fields[1 + (i + 1) * MOST + d] = overlay.strides().get(i).get(d);
            }
        }
        return fields;
    }
}
