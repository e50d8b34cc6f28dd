package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Adam and AdamW: {@link UpdateRule.Adam}. The gradients keep their values. */
final class OneDnnAdam implements Update {
    /** −lr / (1 − β₁ᵗ) */
    private static final int RATE = 0;

    /** 1 / (1 − β₂ᵗ) */
    private static final int CORRECTION = 1;

    /** 1 − lr·weightDecay */
    private static final int KEEP = 2;

    private final UpdateRule.Adam spec;
    private final Control control;
    private final Scalars scalars;
    private final Epsilon epsilon;
    private final Sweep sweep;

    OneDnnAdam(Engine engine, UpdateRule.Adam spec, Selection parameters) {
        this.spec = spec;
        control = new Control(parameters);
        scalars = new Scalars(engine, 3);
        epsilon = new Epsilon(engine, spec.eps(), parameters);
        List<List<Tensor>> vectors = Sweep.parametersAndGradients(parameters);
        vectors.add(parameters.slot("adam.mean"));
        vectors.add(parameters.slot("adam.square"));
        if (spec.amsgrad()) {
            vectors.add(parameters.slot("adam.largest_square"));
        }
        vectors.addAll(epsilon.vectors());
        sweep = new Sweep(vectors, this::primitives);
    }

    private List<Primitive> primitives(List<OneDnnTensor> piece) {
        OneDnnTensor w = piece.get(0);
        OneDnnTensor m = piece.get(2);
        OneDnnTensor v = piece.get(3);
        OneDnnTensor u = v;
        List<Primitive> list = new ArrayList<>();
        if (spec.decoupled() && control.weightDecay() != 0) {
            list.add(Vectors.scale(w, scalars.get(KEEP)));
        }
        double decay = spec.decoupled() ? 0 : control.weightDecay();
        OneDnnTensor g = scalars.decayed(piece.get(1), decay, w, list);
        list.add(Vectors.average(m, spec.beta1(), 1 - spec.beta1(), g));
        list.add(Vectors.averageSquare(v, spec.beta2(), 1 - spec.beta2(), g));
        if (spec.amsgrad()) {
            u = piece.get(4);
            list.add(new Binary(dnnl_binary_max, u, v).into(u, "largest square"));
        }
        list.add(
                Vectors.overRoot(m, scalars.get(CORRECTION), u, epsilon.of(piece))
                        .with(dnnl_binary_mul, scalars.get(RATE))
                        .plus(1)
                        .into(w, "descend"));
        return list;
    }

    @Override
    public void run() {
        double rate = control.learningRate();
        double t = control.step();
        scalars.get(RATE).set(0, -rate / (1 - Math.pow(spec.beta1(), t)));
        scalars.get(CORRECTION).set(0, 1 / (1 - Math.pow(spec.beta2(), t)));
        scalars.get(KEEP).set(0, 1 - rate * control.weightDecay());
        sweep.run();
    }
}
