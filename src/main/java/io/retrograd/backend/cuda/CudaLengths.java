package io.retrograd.backend.cuda;

/**
 * {@code y[n]} = ⌈steps·length / T⌉, a sequence's length up to its padding; {@code
 * kernels/over_time.cu}. A sequence of padding alone has 0.
 */
final class CudaLengths extends CudaOp {
    private final int padding;
    private final int steps;
    private final CudaTensor tokens;
    private final CudaTensor y;

    CudaLengths(int padding, int steps, CudaTensor tokens, CudaTensor y) {
        super(y.device());
        this.padding = padding;
        this.steps = steps;
        this.tokens = tokens;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Grid grid = Grid.over(y.size());
        int time = tokens.dim(1);
        forwardPass().launch("sequence_lengths", grid, tokens, y, padding, steps, time, y.size());
    }
}
