package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * RMSProp: {@link UpdateRule.RmsProp}, with {@code d = √(max(0, s − a²)) + eps} where centered. The
 * gradients keep their values. b is kept with momentum only, and a where centered.
 */
final class OneDnnRmsProp implements Update {
    /** −lr */
    private static final int RATE = 0;

    private final UpdateRule.RmsProp spec;
    private final Engine engine;
    private final Control control;
    private final Scalars scalars;
    private final Epsilon epsilon;
    private final Sweep sweep;

    OneDnnRmsProp(Engine engine, UpdateRule.RmsProp spec, Selection parameters) {
        this.spec = spec;
        this.engine = engine;
        control = new Control(parameters);
        scalars = new Scalars(engine, 1);
        epsilon = new Epsilon(engine, spec.eps(), parameters);
        List<List<Tensor>> vectors = Sweep.parametersAndGradients(parameters);
        vectors.add(parameters.slot("rmsprop.square"));
        if (spec.centered()) {
            vectors.add(parameters.slot("rmsprop.mean"));
        }
        if (spec.momentum() != 0) {
            vectors.add(parameters.slot("rmsprop.velocity"));
        }
        vectors.addAll(epsilon.vectors());
        sweep = new Sweep(vectors, this::primitives);
    }

    private List<Primitive> primitives(List<OneDnnTensor> piece) {
        OneDnnTensor w = piece.get(0);
        OneDnnTensor s = piece.get(2);
        double alpha = spec.alpha();
        List<Primitive> list = new ArrayList<>();
        OneDnnTensor g = scalars.decayed(piece.get(1), control.weightDecay(), w, list);
        list.add(Vectors.averageSquare(s, alpha, 1 - alpha, g));
        Binary step;
        if (spec.centered()) {
            OneDnnTensor a = piece.get(3);
            list.add(Vectors.average(a, alpha, 1 - alpha, g));
            step = overDeviation(g, s, a, epsilon.of(piece));
        } else {
            step = Vectors.overRoot(g, engine.one(), s, epsilon.of(piece));
        }
        OneDnnTensor rate = scalars.get(RATE);
        if (spec.momentum() == 0) {
            list.add(step.with(dnnl_binary_mul, rate).plus(1).into(w, "descend"));
        } else {
            OneDnnTensor b = piece.get(spec.centered() ? 4 : 3);
            list.add(step.plus(spec.momentum()).into(b, "velocity"));
            list.add(Vectors.addScaled(w, b, rate));
        }
        return list;
    }

    /** {@code g / (√(max(0, s − a²)) + e)} */
    private static Binary overDeviation(
            OneDnnTensor g, OneDnnTensor s, OneDnnTensor a, OneDnnTensor e) {
        return new Binary(dnnl_binary_mul, a, a)
                .times(-1)
                .with(dnnl_binary_add, s)
                .eltwise(dnnl_eltwise_relu, 0, 0)
                .eltwise(dnnl_eltwise_sqrt, 0, 0)
                .with(dnnl_binary_add, e)
                .reciprocal()
                .with(dnnl_binary_mul, g);
    }

    @Override
    public void run() {
        scalars.get(RATE).set(0, -control.learningRate());
        sweep.run();
    }
}
