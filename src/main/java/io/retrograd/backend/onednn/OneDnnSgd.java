package io.retrograd.backend.onednn;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.SgdSpec;
import io.retrograd.backend.Update;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent.
 *
 * <pre>
 *   g ← dw + weightDecay·w
 *   v ← momentum·v + (1 − dampening)·g          (v ← g in the first step)
 *   u = nesterov ? g + momentum·v : v           (u = g without momentum)
 *   w ← w − lr·u
 * </pre>
 *
 * The gradients keep their values.
 */
final class OneDnnSgd implements Update {
    private static final int RATE = 0;

    private final SgdSpec spec;
    private final Scalars scalars;
    private final OneDnnTensor control;
    private final Sweep sweep;
    private final @Nullable Sweep first;

    OneDnnSgd(Engine engine, SgdSpec spec, Parameters parameters) {
        this.spec = spec;
        scalars = new Scalars(engine, 1);
        control = OneDnnOp.own(parameters.control());
        List<Tensor> weights = List.copyOf(parameters.tensors());
        List<List<Tensor>> vectors = new ArrayList<>();
        vectors.add(weights);
        vectors.add(weights.stream().map(Tensor::requireGrad).toList());
        if (spec.momentum() != 0) {
            vectors.add(parameters.slot("sgd.velocity"));
        }
        sweep = new Sweep(vectors, piece -> primitives(piece, spec.momentum(), spec.dampening()));
        first =
                spec.momentum() != 0 && spec.dampening() != 0
                        ? new Sweep(vectors, piece -> primitives(piece, 0, 0))
                        : null;
    }

    private List<Primitive> primitives(
            List<OneDnnTensor> piece, double momentum, double dampening) {
        OneDnnTensor w = piece.get(0);
        OneDnnTensor dw = piece.get(1);
        List<Primitive> list = new ArrayList<>();
        OneDnnTensor u = dw;
        if (spec.momentum() != 0) {
            OneDnnTensor v = piece.get(2);
            double scale = 1 - dampening;
            list.add(
                    Vectors.sum(
                            v,
                            new Vectors.Term(momentum, v),
                            new Vectors.Term(scale, dw),
                            new Vectors.Term(scale * spec.weightDecay(), w)));
            u = v;
        }
        if (spec.nesterov() || (spec.momentum() == 0 && spec.weightDecay() != 0)) {
            OneDnnTensor v = u;
            u = scalars.scratch(w.size());
            list.add(
                    Vectors.sum(
                            u,
                            new Vectors.Term(spec.nesterov() ? spec.momentum() : 0, v),
                            new Vectors.Term(1, dw),
                            new Vectors.Term(spec.weightDecay(), w)));
        }
        list.add(Vectors.addScaled(w, u, scalars.get(RATE)));
        return list;
    }

    @Override
    public void run() {
        scalars.get(RATE).set(0, -control.buffer().getDouble(0));
        Sweep now = first != null && control.buffer().getDouble(Double.BYTES) == 1 ? first : sweep;
        now.run();
    }
}
