package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;

/** A change of each parameter by its gradient, which keeps its values. */
abstract class ReferenceDescent implements Update {
    /** Where the number of the update stands in {@link Selection#control}. */
    static final int STEP = 2;

    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final Selection.Treatment[] treatments;

    /** By parameter, what the update keeps of it. */
    private final ReferenceTensor[][] memory;

    /**
     * An update.
     *
     * @param slots names of what it keeps of each parameter, in the order of {@link #descend}
     */
    ReferenceDescent(Selection parameters, String... slots) {
        control = ReferenceOp.own(parameters.control());
        weights = ReferenceOp.array(parameters.tensors());
        treatments =
                parameters.tensors().stream()
                        .map(parameters::treatment)
                        .toArray(Selection.Treatment[]::new);
        memory = new ReferenceTensor[weights.length][slots.length];
        for (int j = 0; j < slots.length; j++) {
            ReferenceTensor[] slot = ReferenceOp.array(parameters.slot(slots[j]));
            for (int k = 0; k < weights.length; k++) {
                memory[k][j] = slot[k];
            }
        }
    }

    /**
     * Changes one parameter.
     *
     * @param lr its learning rate
     * @param decay its weight decay
     * @param t the number of the step, from 1
     */
    abstract void descend(
            double lr,
            double decay,
            double t,
            ReferenceTensor w,
            ReferenceTensor dw,
            ReferenceTensor[] memory);

    @Override
    public final void run() {
        for (int k = 0; k < weights.length; k++) {
            ReferenceTensor dw = ReferenceOp.gradient(weights[k]);
            double lr = control.get(0) * treatments[k].rate();
            double decay = treatments[k].weightDecay();
            descend(lr, decay, control.get(STEP), weights[k], dw, memory[k]);
        }
    }
}
