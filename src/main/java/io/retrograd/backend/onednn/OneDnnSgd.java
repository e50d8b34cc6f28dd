package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stochastic gradient descent: {@link UpdateRule.Sgd}. The gradients keep their values. */
final class OneDnnSgd implements Update {
    private static final int RATE = 0;

    private final UpdateRule.Sgd spec;
    private final Scalars scalars;
    private final Control control;
    private final Sweep sweep;
    private final @Nullable Sweep first;

    OneDnnSgd(Engine engine, UpdateRule.Sgd spec, Selection parameters) {
        this.spec = spec;
        scalars = new Scalars(engine, 1);
        control = new Control(parameters);
        List<List<Tensor>> vectors = Sweep.parametersAndGradients(parameters);
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
        OneDnnTensor rate = scalars.get(RATE);
        List<Primitive> list = new ArrayList<>();
        OneDnnTensor g = scalars.decayed(piece.get(1), control.weightDecay(), w, list);
        if (spec.momentum() == 0) {
            list.add(Vectors.addScaled(w, g, rate));
            return list;
        }
        OneDnnTensor v = piece.get(2);
        list.add(Vectors.average(v, momentum, 1 - dampening, g));
        list.add(spec.nesterov() ? lookAhead(w, g, v) : Vectors.addScaled(w, v, rate));
        return list;
    }

    /** {@code w ← w − lr·(momentum·v + g)} */
    private Primitive lookAhead(OneDnnTensor w, OneDnnTensor g, OneDnnTensor v) {
        return new Binary(dnnl_binary_mul, v, v.engine().one())
                .times(spec.momentum())
                .with(dnnl_binary_add, g)
                .with(dnnl_binary_mul, scalars.get(RATE))
                .plus(1)
                .into(w, "look ahead");
    }

    @Override
    public void run() {
        scalars.get(RATE).set(0, -control.learningRate());
        Sweep now = first != null && control.step() == 1 ? first : sweep;
        now.run();
    }
}
