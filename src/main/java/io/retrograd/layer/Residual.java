package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Two ways through, added: {@code y = body(x) + shortcut(x)}. Children are named {@code body} and
 * {@code shortcut}.
 *
 * <p>Source: K. He et al., Deep residual learning for image recognition, CVPR 2016.
 */
public record Residual(Layer body, Layer shortcut) implements Layer {
    /** With the identity as shortcut. */
    public Residual(Layer body) {
        this(body, new Sequential());
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape a = Sequential.childShape("body", body, input);
        Shape b = Sequential.childShape("shortcut", shortcut, input);
        if (!a.equals(b)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Residual: expected body and shortcut of one shape, got %s and %s; use"
                                    + " a 1x1 convolution as shortcut",
                            a, b));
        }
        return a;
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        List<Tensor> branches = binder.record(to -> Arrangements.Fork.of(x, 2, to)).branches();
        Tensor a = binder.scope("body", () -> body.bind(binder, branches.get(0)));
        Tensor b = binder.scope("shortcut", () -> shortcut.bind(binder, branches.get(1)));
        return binder.record(to -> new Arrangements.Add(List.of(a, b), to)).y();
    }
}
