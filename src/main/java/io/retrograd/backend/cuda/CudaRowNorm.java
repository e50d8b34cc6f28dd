package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Layer, group and root mean square normalisation: rows, each by its own statistics; {@code
 * kernels/row_norm.cu}.
 */
final class CudaRowNorm extends CudaOp {
    private final double eps;
    private final CudaTensor x;
    private final CudaTensor w;

    /** Without it the mean is taken to be 0. */
    private final @Nullable CudaTensor b;

    private final CudaTensor y;
    private final int rows;
    private final Channels parameters;

    /**
     * A normalisation.
     *
     * @param parameters which elements share one of w and b
     */
    private CudaRowNorm(
            double eps,
            CudaTensor x,
            CudaTensor w,
            @Nullable CudaTensor b,
            CudaTensor y,
            int rows,
            Channels parameters) {
        super(x.device());
        this.eps = eps;
        this.x = x;
        this.w = w;
        this.b = b;
        this.y = y;
        this.rows = rows;
        this.parameters = parameters;
    }

    /** Of the trailing dimensions, whose sizes are w's. */
    static CudaRowNorm layer(double eps, CudaTensor x, CudaTensor w, CudaTensor b, CudaTensor y) {
        int rows = x.size() / w.size();
        return new CudaRowNorm(eps, x, w, b, y, rows, new Channels(rows, w.size(), 1));
    }

    /** Of the trailing dimensions, whose sizes are w's, by their root mean square. */
    static CudaRowNorm rms(double eps, CudaTensor x, CudaTensor w, CudaTensor y) {
        int rows = x.size() / w.size();
        return new CudaRowNorm(eps, x, w, null, y, rows, new Channels(rows, w.size(), 1));
    }

    /** Of groups of neighbouring channels. */
    static CudaRowNorm group(
            int groups, double eps, CudaTensor x, CudaTensor w, CudaTensor b, CudaTensor y) {
        return new CudaRowNorm(eps, x, w, b, y, x.dim(0) * groups, Channels.of(x));
    }

    @Override
    void prepare(CudaPlanner planner) {
        int length = x.size() / rows;
        Grid grid = Grid.blocks(rows, length);
        CudaTensor mean = save(y.name() + ".mean", DType.FLOAT64, rows);
        CudaTensor scale = save(y.name() + ".scale", DType.FLOAT64, rows);
        forwardPass()
                .launch(
                        "row_norm_forward",
                        grid,
                        x,
                        w,
                        b,
                        eps,
                        y,
                        mean,
                        scale,
                        length,
                        parameters.channels(),
                        parameters.positions());
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        CudaPass pass = backwardPass();
        pass.reads(x, w);
        listParameters(pass, mean, scale, dy);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            pass.launch(
                    "row_norm_backward",
                    grid,
                    b != null,
                    x,
                    w,
                    mean,
                    scale,
                    dy,
                    dx,
                    length,
                    parameters.channels(),
                    parameters.positions());
        }
    }

    /** Lists the gradients of w and b, if they are trained. */
    private void listParameters(CudaPass pass, CudaTensor mean, CudaTensor scale, CudaTensor dy) {
        CudaTensor dw = w.gradient();
        if (dw == null) {
            return;
        }
        CudaTensor partialW = parameters.partial(pass, w);
        CudaTensor partialB = b == null ? null : parameters.partial(pass, b);
        pass.launch(
                "row_norm_parameters",
                parameters.grid(),
                parameters.struct(),
                x,
                mean,
                scale,
                dy,
                partialW,
                partialB,
                x.size() / rows);
        pass.sumRows(partialW, dw, /* divisor= */ 1);
        if (b != null && partialB != null) {
            pass.sumRows(partialB, b.requireGradient(), /* divisor= */ 1);
        }
    }
}
