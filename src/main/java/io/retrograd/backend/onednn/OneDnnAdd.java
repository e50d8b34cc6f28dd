package io.retrograd.backend.onednn;

import io.retrograd.operation.Arrangements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code y = Σ xs}, and with it perhaps the ReLU that follows; each {@code dx = dy}. */
final class OneDnnAdd extends OneDnnOp {
    private final List<OneDnnTensor> xs;
    private final OneDnnTensor y;
    private @Nullable OneDnnTensor relu;

    OneDnnAdd(Arrangements.Add o) {
        super(o, "add " + o.y().shape() + o.xs().size());
        xs = own(o.xs());
        y = own(o.y());
    }

    @Override
    boolean takeRelu(OneDnnTensor output) {
        relu = xs.size() == 2 ? output : null;
        return relu != null;
    }

    @Override
    void prepare(Planner planner) {
        OneDnnTensor output = relu == null ? y : relu;
        y.layout(xs.get(0).layout());
        output.layout(y.layout());
        List<OneDnnTensor> sources = xs.stream().map(x -> forwardPass().in(x, y.layout())).toList();
        forwardPass().add(Sums.of(sources, output, relu != null));
        planner.overwrite(output, xs.get(0));
        OneDnnTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        if (relu != null) {
            OneDnnActivation.reluBackward(planner, backwardPass(), relu, dy);
        }
        xs.forEach(x -> backward(planner, backwardPass(), dy, x));
    }

    /** x's gradient, if it has one, from that of a sum in which it is a term. */
    static void backward(Planner planner, Pass backward, OneDnnTensor dy, OneDnnTensor x) {
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        if (dx.layout().equals(dy.layout())) {
            planner.alias(dx, dy);
        } else {
            backward.add(Reorder.of(dy, dx));
        }
    }
}
