package io.retrograd.onnx;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Add;
import io.retrograd.layer.Join;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Mul;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Sub;
import io.retrograd.layer.Tanh;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Products;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * GRU that resets the state before the product with it, as first published, step by step: x (N, T,
 * I), initial h (N, D, H), or none for 0, y (N, T, D·H).
 *
 * <pre>
 *   r, z = σ(w_ih x[t] + b_ih + w_hh h + b_hh)    n = tanh(w_ih x[t] + b_ih + w_hh (r h) + b_hh)
 *   h = n + z (h − n)
 * </pre>
 *
 * Parameters are those of {@link io.retrograd.layer.Gru}, but that the rows of r and z are apart:
 * {@code weight_gates} and {@code bias_gates}.
 *
 * <p>Source: K. Cho et al., Learning phrase representations using RNN encoder-decoder for
 * statistical machine translation, EMNLP 2014.
 */
record ResetFirstGru(int hidden, boolean bidirectional) implements Layer, Join {
    /** Of r and z, without the direction. */
    static final String WEIGHT = "weight_gates";

    static final String BIAS = "bias_gates";

    private RecurrentSpec spec() {
        return new RecurrentSpec(RecurrentSpec.Cell.GRU, hidden, bidirectional);
    }

    @Override
    public Shape outputShape(Shape input) {
        return spec().outputShape(input);
    }

    @Override
    public Shape joinedShape(List<Shape> inputs) {
        return outputShape(inputs.get(0));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return join(binder, List.of(x));
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        int directions = spec().directions();
        int batch = x.shape().dim(0);
        Deque<Tensor> ways = forked(binder, x, directions);
        Deque<Tensor> states =
                forked(
                        binder,
                        inputs.size() > 1
                                ? inputs.get(1)
                                : binder.constant(
                                        "zeros",
                                        Shape.of(batch, directions, hidden),
                                        new double[batch * directions * hidden]),
                        directions);
        List<Tensor> results = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            Tensor state = narrowed(binder, states.remove(), 1, d, 1);
            results.add(direction(binder, ways.remove(), state, d));
        }
        return concatenated(binder, results, 2);
    }

    private Tensor direction(Binder binder, Tensor x, Tensor state, int d) {
        int steps = x.shape().dim(1);
        String end = "_l0" + (d == 0 ? "" : "_reverse");
        int inputs = x.shape().dim(2);
        Tensor w = parameter(binder, "weight_ih" + end, 3 * hidden, inputs);
        Tensor b = parameter(binder, "bias_ih" + end, 3 * hidden);
        Tensor all = binder.record(to -> new Products.Linear(x, w, b, to)).y();
        Deque<Tensor> gates = forked(binder, all, steps);
        Product ofGates =
                new Product(
                        binder,
                        forked(binder, parameter(binder, WEIGHT + end, 2 * hidden, hidden), steps),
                        forked(binder, parameter(binder, BIAS + end, 2 * hidden), steps));
        Product ofState =
                new Product(
                        binder,
                        forked(binder, parameter(binder, "weight_hh" + end, hidden, hidden), steps),
                        forked(binder, parameter(binder, "bias_hh" + end, hidden), steps));
        List<Tensor> made = new ArrayList<>();
        Tensor h = state;
        for (int i = 0; i < steps; i++) {
            int t = d == 0 ? i : steps - 1 - i;
            Tensor here = narrowed(binder, gates.remove(), 1, t, 1);
            Tensor next = step(binder, here, h, ofGates, ofState);
            Deque<Tensor> uses = forked(binder, next, i < steps - 1 ? 2 : 1);
            made.add(uses.remove());
            h = uses.isEmpty() ? next : uses.remove();
        }
        if (d == 1) {
            Collections.reverse(made);
        }
        return concatenated(binder, made, 1);
    }

    /** h of the next step, of w_ih x + b_ih and h. */
    private Tensor step(Binder binder, Tensor x, Tensor h, Product ofGates, Product ofState) {
        Deque<Tensor> xs = forked(binder, x, 2);
        Deque<Tensor> hs = forked(binder, h, 3);
        Tensor gates =
                new Add()
                        .join(
                                binder,
                                List.of(
                                        narrowed(binder, xs.remove(), 2, 0, 2 * hidden),
                                        ofGates.of(hs.remove())));
        Deque<Tensor> opened = forked(binder, new Sigmoid().bind(binder, gates), 2);
        Tensor r = narrowed(binder, opened.remove(), 2, 0, hidden);
        Tensor z = narrowed(binder, opened.remove(), 2, hidden, hidden);
        Tensor kept = new Mul().join(binder, List.of(r, hs.remove()));
        Tensor own = narrowed(binder, xs.remove(), 2, 2 * hidden, hidden);
        Tensor sum = new Add().join(binder, List.of(own, ofState.of(kept)));
        Deque<Tensor> n = forked(binder, new Tanh().bind(binder, sum), 2);
        Tensor less = new Sub().join(binder, List.of(hs.remove(), n.remove()));
        Tensor share = new Mul().join(binder, List.of(z, less));
        return new Add().join(binder, List.of(n.remove(), share));
    }

    private Tensor parameter(Binder binder, String name, int... sizes) {
        Initializer first = Initializer.uniform(Math.sqrt(1.0 / hidden));
        return binder.parameter(name, Shape.of(sizes), first);
    }

    /** A linear map, many times. */
    private record Product(Binder binder, Deque<Tensor> weights, Deque<Tensor> biases) {
        Tensor of(Tensor h) {
            Tensor w = weights.remove();
            Tensor b = biases.remove();
            return binder.record(to -> new Products.Linear(h, w, b, to)).y();
        }
    }

    private static Deque<Tensor> forked(Binder binder, Tensor x, int times) {
        return new ArrayDeque<>(
                times == 1
                        ? List.of(x)
                        : binder.record(to -> Arrangements.Fork.of(x, times, to)).branches());
    }

    private static Tensor narrowed(Binder binder, Tensor x, int dim, int start, int length) {
        return new Narrow(dim, start, length).bind(binder, x);
    }

    private static Tensor concatenated(Binder binder, List<Tensor> parts, int dim) {
        return parts.size() == 1
                ? parts.get(0)
                : binder.record(to -> Arrangements.Concat.of(dim, parts, to)).y();
    }
}
