package io.retrograd.backend.cuda;

import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary.Kind;
import io.retrograd.operation.Overlay;
import io.retrograd.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Two tensors combined; {@code kernels/binary.cu}. */
final class CudaBinary extends CudaOp {
    private final Kind kind;
    private final CudaTensor a;
    private final CudaTensor b;
    private final CudaTensor y;

    CudaBinary(Elementwise.Binary o) {
        super(own(o.y()).device());
        kind = o.kind();
        a = own(o.a());
        b = own(o.b());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        Shape whole = y.shape();
        Overlay overlay =
                Overlay.of(
                        whole.dims(),
                        Broadcast.strides(a.shape(), whole),
                        Broadcast.strides(b.shape(), whole));
        forwardPass()
                .launch(
                        "binary_forward",
                        Grid.over(y.size()),
                        OverlayTable.of(overlay),
                        CudaKernels.number(kind),
                        a,
                        b,
                        y,
                        y.size());
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        CudaPass pass = backwardPass();
        boolean product = kind == Kind.MUL;
        gradient(pass, a, product ? b : null, dy, /* factor= */ 1);
        gradient(pass, b, product ? a : null, dy, kind == Kind.SUB ? -1 : 1);
        if (product) {
            pass.reads(a, b);
        }
    }

    private static void gradient(
            CudaPass pass, CudaTensor x, @Nullable CudaTensor other, CudaTensor dy, double factor) {
        CudaTensor dx = x.gradient();
        if (dx != null) {
            OverlaySum.list(pass, dy, other, dx, factor);
        }
    }
}
