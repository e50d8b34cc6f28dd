package io.retrograd.backend.cuda;

import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Overlay;
import io.retrograd.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Sums over the dimensions in which a result has size 1; {@code kernels/binary.cu}. */
final class OverlaySum {
    private OverlaySum() {}

    /**
     * Lists {@code to = factor·Σ whole·other}, over all elements of {@code whole} for which an
     * element of {@code to} counts.
     *
     * @param other null for ones; its sizes may be 1
     */
    static void list(
            CudaPass pass,
            CudaTensor whole,
            @Nullable CudaTensor other,
            CudaTensor to,
            double factor) {
        Shape shape = whole.shape();
        int[] own = Broadcast.strides(shape, shape);
        int[] others = other == null ? own : Broadcast.strides(other.shape(), shape);
        Overlay kept = Overlay.of(to.shape().dims(), own, others);
        Shape summed = shape;
        for (int d = 0; d < shape.rank(); d++) {
            summed = summed.with(d, shape.dim(d) / to.shape().dim(d));
        }
        Overlay terms = Overlay.of(summed.dims(), own, others);
        pass.launch(
                "binary_sum",
                Grid.blocks(to.size(), summed.size()),
                OverlayTable.of(kept),
                OverlayTable.of(terms),
                whole,
                other,
                to,
                factor,
                summed.size());
    }

    /** Lists {@code to = factor·from}, one of whose elements counts for several of {@code to}. */
    static void spread(CudaPass pass, CudaTensor from, CudaTensor to, double factor) {
        Overlay overlay =
                Overlay.of(to.shape().dims(), Broadcast.strides(from.shape(), to.shape()));
        pass.launch(
                "scale",
                Grid.over(to.size()),
                OverlayTable.of(overlay),
                from,
                factor,
                to,
                to.size());
    }
}
