package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** {@link UpdateRule.Accumulate}. */
final class OneDnnAccumulate implements Update {
    static final String SLOT = "accumulated";

    private final Control control;
    private final Sweep first;
    private final Sweep further;

    OneDnnAccumulate(Selection parameters) {
        control = new Control(parameters);
        List<Tensor> gradients = parameters.tensors().stream().map(Tensor::requireGrad).toList();
        List<List<Tensor>> vectors = List.of(gradients, parameters.slot(SLOT));
        first = new Sweep(vectors, piece -> List.of(Reorder.of(piece.get(0), piece.get(1))));
        further =
                new Sweep(
                        vectors,
                        piece -> List.of(Vectors.average(piece.get(1), 1, 1, piece.get(0))));
    }

    @Override
    public void run() {
        Sweep now = control.ofStep() == 1 ? first : further;
        now.run();
    }
}
