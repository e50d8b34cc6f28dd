package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** {@link UpdateRule.Average}. */
final class OneDnnAverage implements Update {
    /** d */
    private static final int KEEP = 0;

    /** 1 − d */
    private static final int SHARE = 1;

    private final UpdateRule.Average rule;
    private final Control control;
    private final Scalars scalars;
    private final Sweep first;
    private final Sweep further;

    OneDnnAverage(Engine engine, UpdateRule.Average rule, Selection parameters) {
        this.rule = rule;
        control = new Control(parameters);
        scalars = new Scalars(engine, 2);
        List<List<Tensor>> vectors =
                List.of(
                        List.copyOf(parameters.tensors()),
                        parameters.slot(UpdateRule.Average.SLOT));
        first = new Sweep(vectors, piece -> List.of(Reorder.of(piece.get(0), piece.get(1))));
        further = new Sweep(vectors, piece -> primitives(piece.get(0), piece.get(1)));
    }

    private List<Primitive> primitives(OneDnnTensor w, OneDnnTensor a) {
        return List.of(
                Vectors.scale(a, scalars.get(KEEP)), Vectors.addScaled(a, w, scalars.get(SHARE)));
    }

    @Override
    public void run() {
        double t = control.step();
        double keep = rule.kept(t);
        scalars.get(KEEP).set(0, keep);
        scalars.get(SHARE).set(0, 1 - keep);
        Sweep now = t == 1 ? first : further;
        now.run();
    }
}
