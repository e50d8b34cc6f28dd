package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_min;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Clamps every element of every gradient: {@code dw ← max(−limit, min(limit, dw))}. NaN stays.
 *
 * <p>oneDNN's clip turns NaN into a limit. Its maximum and minimum of a and b give b where one is
 * NaN, so each bound is applied by comparing the clipped element with the element itself.
 */
final class OneDnnClipValue implements Update {
    private final Sweep sweep;

    OneDnnClipValue(UpdateRule.ClipValue rule, Selection parameters) {
        double limit = rule.limit();
        List<Tensor> gradients = parameters.tensors().stream().map(Tensor::requireGrad).toList();
        sweep =
                new Sweep(
                        List.of(gradients),
                        piece ->
                                List.of(
                                        bound(dnnl_binary_max, piece.get(0), limit),
                                        bound(dnnl_binary_min, piece.get(0), limit)));
    }

    /** {@code dw ← max(clip(dw), dw)}, which is at least −limit; or min, at most limit. */
    private static Primitive bound(int algorithm, OneDnnTensor dw, double limit) {
        return new Binary(dnnl_binary_mul, dw, dw.engine().one())
                .eltwise(dnnl_eltwise_clip, -limit, limit)
                .with(algorithm, dw)
                .into(dw, "bound");
    }

    @Override
    public void run() {
        sweep.run();
    }
}
