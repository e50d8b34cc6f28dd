package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** {@link UpdateRule.Penalty}. */
final class OneDnnPenalty implements Update {
    /** Twice this makes the smallest number above 0 larger than 1. */
    private static final double LARGE = 0x1p75;

    /** So much of l1 in place of a smaller l2 is less than the rounding while |w| &lt; 2²⁴. */
    private static final double NEGLIGIBLE = 0x1p-48;

    private final Sweep sweep;

    OneDnnPenalty(UpdateRule.Penalty rule, Selection parameters) {
        List<Tensor> weights =
                parameters.tensors().stream().filter(w -> w.shape().rank() >= 2).toList();
        List<Tensor> gradients = weights.stream().map(Tensor::requireGrad).toList();
        sweep =
                new Sweep(
                        List.of(weights, gradients),
                        piece -> List.of(primitive(rule, piece.get(0), piece.get(1))));
    }

    /**
     * {@code dw ← dw + (l1/l2·sign(w) + w)·l2}, for an l2 that is not 0 but perhaps negligible. The
     * clip turns NaN into a sign; the w that is added keeps it.
     */
    private static Primitive primitive(UpdateRule.Penalty rule, OneDnnTensor w, OneDnnTensor dw) {
        double divisor = Math.max(rule.l2(), Math.max(rule.l1() * NEGLIGIBLE, Double.MIN_NORMAL));
        return new Binary(dnnl_binary_mul, w, w.engine().one())
                .times(LARGE)
                .times(LARGE)
                .eltwise(dnnl_eltwise_clip, -1, 1)
                .times(rule.l1() / divisor)
                .with(dnnl_binary_add, w)
                .times(divisor)
                .plus(1)
                .into(dw, "add penalty");
    }

    @Override
    public void run() {
        sweep.run();
    }
}
