package io.retrograd.backend.cuda;

import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Overlay;

/** Dimensions in another order; {@code kernels/permute.cu}. */
final class CudaPermute extends CudaOp {
    private final CudaTensor x;
    private final CudaTensor y;

    /** For each dimension of y how far apart neighbours lie in x. */
    private final int[] strides;

    CudaPermute(Arrangements.Permute o) {
        super(own(o.x()).device());
        x = own(o.x());
        y = own(o.y());
        strides =
                o.dims().stream()
                        .mapToInt(d -> Math.toIntExact(x.shape().tail(d + 1).size()))
                        .toArray();
    }

    @Override
    void prepare(CudaPlanner planner) {
        CudaTensor dx = x.gradient();
        Overlay overlay = Overlay.of(y.shape().dims(), strides);
        if (overlay.isIdentity()) {
            planner.alias(y, x);
            if (dx != null) {
                planner.alias(dx, y.requireGradient());
            }
            return;
        }
        Grid grid = Grid.over(y.size());
        forwardPass().launch("permute_forward", grid, OverlayTable.of(overlay), x, y, y.size());
        if (dx != null) {
            CudaTensor dy = y.requireGradient();
            backwardPass()
                    .launch("permute_backward", grid, OverlayTable.of(overlay), dy, dx, y.size());
        }
    }
}
