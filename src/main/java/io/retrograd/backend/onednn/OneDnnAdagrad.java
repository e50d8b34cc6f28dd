package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Adagrad: {@link UpdateRule.Adagrad}. The gradients keep their values. */
final class OneDnnAdagrad implements Update {
    /** −lr / (1 + (t − 1)·lrDecay) */
    private static final int RATE = 0;

    private final UpdateRule.Adagrad spec;
    private final Engine engine;
    private final Control control;
    private final Scalars scalars;
    private final Epsilon epsilon;
    private final Sweep sweep;

    OneDnnAdagrad(Engine engine, UpdateRule.Adagrad spec, Selection parameters) {
        this.spec = spec;
        this.engine = engine;
        control = new Control(parameters);
        scalars = new Scalars(engine, 1);
        epsilon = new Epsilon(engine, spec.eps(), parameters);
        List<List<Tensor>> vectors = Sweep.parametersAndGradients(parameters);
        vectors.add(parameters.slot("adagrad.square"));
        vectors.addAll(epsilon.vectors());
        sweep = new Sweep(vectors, this::primitives);
    }

    private List<Primitive> primitives(List<OneDnnTensor> piece) {
        OneDnnTensor w = piece.get(0);
        OneDnnTensor s = piece.get(2);
        List<Primitive> list = new ArrayList<>();
        OneDnnTensor g = scalars.decayed(piece.get(1), control.weightDecay(), w, list);
        list.add(Vectors.averageSquare(s, 1, 1, g));
        list.add(
                Vectors.overRoot(g, engine.one(), s, epsilon.of(piece))
                        .with(dnnl_binary_mul, scalars.get(RATE))
                        .plus(1)
                        .into(w, "descend"));
        return list;
    }

    @Override
    public void run() {
        double decay = 1 + (control.step() - 1) * spec.lrDecay();
        scalars.get(RATE).set(0, -control.learningRate() / decay);
        sweep.run();
    }
}
