package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.ConvolutionWay.Operands;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution, or one turned around. Each of its three passes is computed in the way that {@link
 * ConvolutionWays} chooses.
 */
abstract class ConvolvingOp extends CudaOp {
    private final ConvolutionShape shape;
    private final CudaTensor x;
    private final CudaTensor w;
    private final @Nullable CudaTensor b;
    private final CudaTensor y;

    /** What a pass computes, the way that was chosen for it, and its tensors. */
    private record Call(String result, ConvolutionWay way, Operands tensors) {}

    ConvolvingOp(
            ConvolutionShape shape,
            CudaTensor x,
            CudaTensor w,
            @Nullable CudaTensor b,
            CudaTensor y) {
        super(x.device());
        this.shape = shape;
        this.x = x;
        this.w = w;
        this.b = b;
        this.y = y;
    }

    /** What makes the output out of the input. */
    abstract ConvolutionPass forwards();

    /** What makes the input's gradient out of the output's. */
    abstract ConvolutionPass backwards();

    /** The tensors of the operation, or their gradients, as those of the convolution. */
    abstract Operands operands(CudaTensor input, CudaTensor weight, CudaTensor output);

    @Override
    final void prepare(CudaPlanner planner) {
        ConvolutionWays ways =
                new ConvolutionWays(device(), descriptors(), shape, planner.gradients());
        Call forward = new Call("y", ways.choose(forwards()), operands(x, w, y));
        add(forwardPass(), List.of(forward));
        int channels = y.dim(1);
        int batch = y.dim(0);
        int positions = y.size() / (batch * channels);
        if (b != null) {
            forwardPass().bias(b, y, channels, positions);
        }
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        List<Call> calls = new ArrayList<>();
        CudaTensor dx = x.gradient();
        if (dx != null) {
            backwardPass().reads(w);
            calls.add(new Call("dx", ways.choose(backwards()), operands(dx, w, dy)));
        }
        CudaTensor dw = w.gradient();
        if (dw != null) {
            backwardPass().reads(x);
            calls.add(
                    new Call(
                            "dw",
                            ways.choose(ConvolutionPass.BACKWARD_FILTER),
                            operands(x, dw, dy)));
        }
        add(backwardPass(), calls);
        if (b != null && b.gradient() != null) {
            backwardPass().biasGradient(dy, b.requireGradient(), batch, channels, positions);
        }
    }

    /** Adds calls that take turns in one workspace. */
    private void add(CudaPass pass, List<Call> calls) {
        long bytes = calls.stream().mapToLong(call -> call.way.workspaceBytes()).max().orElse(0);
        CudaTensor workspace = bytes > 0 ? pass.workspace("workspace", bytes) : null;
        for (Call call : calls) {
            ConvolutionWay way = call.way;
            String needs =
                    way.workspaceBytes() == 0
                            ? ""
                            : String.format(", workspace %,d bytes", way.workspaceBytes());
            pass.add(call.result + " by " + way.name() + needs, way.on(call.tensors, workspace));
        }
    }
}
