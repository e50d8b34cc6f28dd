package io.retrograd.backend.cuda;

import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.Samplings;
import java.util.ArrayList;
import java.util.List;

/** Each output a weighted sum of few inputs; {@code kernels/sampling.cu}. */
final class CudaSampling extends CudaOp {
    /** The axes that a kernel's table has room for. */
    private static final int MOST = 6;

    private final double fill;
    private final CudaTensor x;
    private final CudaTensor y;
    private final int[] axes;

    CudaSampling(Samplings o) {
        super(own(o.x()).device());
        fill = o.fill();
        x = own(o.x());
        y = own(o.y());
        axes = struct(merged(o.axes()));
    }

    /** Neighbouring axes that change nothing as one. */
    private static List<SamplingAxis> merged(List<SamplingAxis> axes) {
        List<SamplingAxis> merged = new ArrayList<>();
        for (SamplingAxis axis : axes) {
            int last = merged.size() - 1;
            if (last >= 0 && axis.isIdentity() && merged.get(last).isIdentity()) {
                int size = axis.in() * merged.get(last).in();
                merged.set(last, SamplingAxis.identity(size));
            } else {
                merged.add(axis);
            }
        }
        if (merged.size() > MOST) {
            throw new IllegalArgumentException(
                    String.format(
                            "cuda: expected at most %d axes to sample, got %s", MOST, merged));
        }
        return merged;
    }

    /** As the kernel takes them: their number, kinds, inputs, outputs, outputs before. */
    private static int[] struct(List<SamplingAxis> axes) {
        int[] fields = new int[1 + 4 * MOST];
        fields[0] = axes.size();
        for (int i = 0; i < axes.size(); i++) {
            SamplingAxis axis = axes.get(i);
            fields[1 + i] = CudaKernels.number(axis.kind());
            fields[1 + MOST + i] = axis.in();
            fields[1 + 2 * MOST + i] = axis.out();
            fields[1 + 3 * MOST + i] = axis.before();
        }
        return fields;
    }

    @Override
    void prepare(CudaPlanner planner) {
        forwardPass().launch("sampling_forward", Grid.over(y.size()), axes, x, fill, y, y.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            CudaTensor dy = y.requireGradient();
            backwardPass().launch("sampling_backward", Grid.over(x.size()), axes, dy, dx, x.size());
        }
    }
}
