package io.retrograd.backend.cuda;

import io.retrograd.operation.RandomState;

/**
 * Sets elements to zero at random, with the reference's bits; {@code kernels/dropout.cu}. Nothing
 * is saved: backward draws the same numbers again.
 */
final class CudaDropout extends CudaOp {
    private static final double WORDS = 0x1p32;

    private final double p;
    private final long stream;
    private final long seed;
    private final CudaTensor control;
    private final CudaTensor x;
    private final CudaTensor y;

    CudaDropout(double p, long stream, RandomState random, CudaTensor x, CudaTensor y) {
        super(x.device());
        this.p = p;
        this.stream = stream;
        seed = random.seed();
        control = own(random.control());
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        drop(forwardPass(), x, y);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            CudaTensor dy = y.requireGradient();
            drop(backwardPass(), dy, dx);
            planner.overwrite(dx, dy);
        }
        planner.overwrite(y, x);
    }

    private void drop(CudaPass pass, CudaTensor from, CudaTensor to) {
        long threshold = (long) Math.ceil(p * WORDS);
        Grid grid = Grid.over(x.size());
        pass.launch(
                "dropout", grid, from, to, control, p, threshold, seed, stream, (long) x.size());
    }
}
