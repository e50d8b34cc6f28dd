package io.retrograd.backend.onednn;

import io.retrograd.operation.Poolings;

/**
 * Max pooling with windows whose dilated elements all lie before or behind the input: {@code y =
 * −∞}, {@code dx = 0}.
 *
 * <p>Padding is at most half the kernel, so a window that misses the input in one dimension has two
 * elements there, at both ends of the padded input, and is the only one.
 */
final class EmptyMaxPooling extends OneDnnOp {
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    EmptyMaxPooling(Poolings.MaxPooling o) {
        super(o, "empty max pooling " + o.y().shape());
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        forwardPass().add("empty max pooling", () -> fill(y, Double.NEGATIVE_INFINITY));
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            backwardPass().add("empty max pooling backward", () -> fill(to, 0));
            backwardPass().store(to, dx);
        }
    }

    private static void fill(OneDnnTensor tensor, double value) {
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, value);
        }
    }
}
