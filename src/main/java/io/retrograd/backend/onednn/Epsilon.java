package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;

import io.retrograd.backend.Selection;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addend of an optimizer's denominators: eps, or where that is 0, a vector with 0 in every
 * element.
 *
 * <p>That vector holds 1 between tensors and in the padding of layouts. All others are 0 there, and
 * without it 0/0 would put a NaN where no element is, for good.
 */
final class Epsilon {
    /** Its reciprocal is finite. */
    private static final double SMALLEST = Float.MIN_NORMAL;

    private final @Nullable OneDnnTensor number;
    private final List<Tensor> gaps;

    Epsilon(Engine engine, double eps, Selection parameters) {
        if (eps == 0) {
            number = null;
            gaps = gaps(OneDnnOp.own(List.copyOf(parameters.tensors())));
        } else {
            OneDnnTensor value = new Scalars(engine, 1).get(0);
            value.set(0, Math.max(eps, SMALLEST));
            number = value;
            gaps = List.of();
        }
    }

    /** The vectors that it needs, none or one, to be the last of a {@link Sweep}. */
    List<List<Tensor>> vectors() {
        return number == null ? List.of(gaps) : List.of();
    }

    /** The addend for one piece of all vectors of a sweep. */
    OneDnnTensor of(List<OneDnnTensor> piece) {
        return number == null ? piece.get(piece.size() - 1) : number;
    }

    /** Tensors that lie in memory as these do: 0 in their elements, 1 elsewhere. */
    private static List<Tensor> gaps(List<OneDnnTensor> models) {
        if (models.isEmpty()) {
            return List.of();
        }
        OneDnnTensor last = models.get(models.size() - 1);
        long start = models.get(0).address();
        long bytes = last.address() - start + Sweep.padded(last);
        OneDnnMemory.Block block = OneDnnMemory.Block.collected(bytes);
        List<Tensor> tensors = new ArrayList<>();
        for (OneDnnTensor model : models) {
            OneDnnTensor tensor = model.in(model.layout());
            tensor.place(block, model.address() - start);
            double[] ones = new double[tensor.size()];
            Arrays.fill(ones, 1);
            tensor.copyFrom(ones);
            tensors.add(tensor);
        }
        new Sweep(List.of(tensors), piece -> List.of(oneMinus(piece.get(0)))).run();
        return tensors;
    }

    /** {@code x ← 1 − x} */
    private static Primitive oneMinus(OneDnnTensor x) {
        return new Binary(dnnl_binary_mul, x, x.engine().one())
                .eltwise(dnnl_eltwise_linear, -1, 1)
                .into(x, "one minus");
    }
}
