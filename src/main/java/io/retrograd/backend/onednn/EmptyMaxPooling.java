package io.retrograd.backend.onednn;

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

    EmptyMaxPooling(OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), "empty max pooling " + y.shape());
        this.x = x;
        this.y = y;
    }

    @Override
    void prepare(Planner planner) {
        Layout plain = engine().layouts().plain(y.type(), y.dims());
        y.layout(plain);
        forwardPass().add("empty max pooling", () -> fill(y, Double.NEGATIVE_INFINITY));
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, engine().layouts().plain(x.type(), x.dims()));
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
