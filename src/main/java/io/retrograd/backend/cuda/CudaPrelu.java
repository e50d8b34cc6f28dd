package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;

/** {@code y = x} above zero, {@code w[c]·x} below; {@code kernels/prelu.cu}. */
final class CudaPrelu extends CudaOp {
    private final CudaTensor x;
    private final CudaTensor w;
    private final CudaTensor y;

    CudaPrelu(CudaTensor x, CudaTensor w, CudaTensor y) {
        super(x.device());
        this.x = x;
        this.w = w;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Channels all = w.size() == 1 ? new Channels(1, 1, x.size()) : Channels.of(x);
        Grid grid = Grid.over(x.size());
        int channels = all.channels();
        int positions = all.positions();
        forwardPass().launch("prelu_forward", grid, x, w, y, channels, positions, x.size());
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        CudaPass pass = backwardPass();
        pass.reads(x, w);
        CudaTensor partial = all.partial(pass, w);
        pass.launch("prelu_slopes", all.grid(), all.struct(), x, dy, partial);
        pass.sumRows(partial, w.requireGradient(), /* divisor= */ 1);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            pass.launch("prelu_backward", grid, x, w, dy, dx, channels, positions, x.size());
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : x.toArray()) {
            ledger.add(value > 0 ? 1 : 0);
        }
    }
}
