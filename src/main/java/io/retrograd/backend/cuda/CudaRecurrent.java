package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.RecurrentSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a recurrent network, by back-propagation through time: by {@link CudnnRecurrent}
 * where all sequences have every step, else, and where cuDNN refuses, each direction by a {@link
 * RecurrentDirection}, one after the other.
 *
 * <p>Lengths are read by the GPU alone, so that a recorded step takes those of its own batch. So it
 * is, too, where results must be the same bits from run to run, which cuDNN does not promise.
 */
final class CudaRecurrent extends CudaOp {
    private final RecurrentTensors tensors;
    private final List<RecurrentDirection> directions = new ArrayList<>();

    CudaRecurrent(RecurrentTensors tensors) {
        super(tensors.x().device());
        this.tensors = tensors;
        long gates = (long) tensors.batch() * tensors.steps() * tensors.spec().rows();
        if (gates > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    String.format(
                            "recurrent: expected gates of all steps below 2^31, got %,d; make the"
                                    + " batch or the sequences smaller",
                            gates));
        }
    }

    @Override
    void prepare(CudaPlanner planner) {
        if (listedByCudnn()) {
            return;
        }
        directions.clear();
        for (int d = 0; d < tensors.spec().directions(); d++) {
            directions.add(new RecurrentDirection(this, tensors, d));
        }
        CudaPass pass = forwardPass();
        List<CudaTensor> states = new ArrayList<>();
        for (int i = 0; i < tensors.spec().cell().states(); i++) {
            states.add(begin(pass, tensors.initial(i), tensors.last(i)));
        }
        directions.forEach(direction -> direction.forward(states));
        CudaTensor dy = tensors.y().gradient();
        if (dy != null) {
            backward(dy);
        }
    }

    private boolean listedByCudnn() {
        if (tensors.lengths() != null || device().deterministic()) {
            return false;
        }
        try {
            new CudnnRecurrent(this, tensors).list();
            return true;
        } catch (CudnnException e) {
            if (!e.refuses()) {
                throw e;
            }
            reset();
            return false;
        }
    }

    private void backward(CudaTensor dy) {
        CudaPass pass = backwardPass();
        pass.reads(tensors.x(), tensors.y());
        pass.reads(tensors.states().toArray(CudaTensor[]::new));
        CudaTensor x = tensors.x();
        CudaTensor lengths = tensors.lengths();
        if (lengths != null) {
            pass.reads(lengths);
            x = pass.temporary(x.name() + ".steps", x.dtype(), x.size());
            Grid grid = Grid.over(x.size());
            int inputs = tensors.inputs();
            pass.launch(
                    "copy_steps", grid, tensors.x(), lengths, x, tensors.steps(), inputs, x.size());
        }
        List<CudaTensor> gradients = new ArrayList<>();
        for (int i = 0; i < tensors.spec().cell().states(); i++) {
            CudaTensor first = gradient(tensors.initial(i));
            gradients.add(begin(pass, gradient(tensors.last(i)), first));
        }
        for (RecurrentDirection direction : directions) {
            direction.backward(x, dy, gradients);
        }
    }

    private static @Nullable CudaTensor gradient(@Nullable CudaTensor tensor) {
        return tensor == null ? null : tensor.gradient();
    }

    /**
     * What moves from step to step in a pass: a copy of {@code from}, or zeros, in {@code to}, or
     * in memory of its own.
     */
    private CudaTensor begin(CudaPass pass, @Nullable CudaTensor from, @Nullable CudaTensor to) {
        int size = Math.toIntExact(tensors.spec().stateShape(tensors.batch()).size());
        CudaTensor state = to;
        if (state == null) {
            state = pass.temporary(tensors.y().name() + ".state", tensors.y().dtype(), size);
        }
        if (from == null) {
            pass.zero(state);
        } else {
            pass.copy(from, state);
        }
        return state;
    }

    @Override
    public void kinks(KinkLedger ledger) {
        if (tensors.spec().cell() == RecurrentSpec.Cell.RNN_RELU) {
            for (double h : tensors.y().toArray()) {
                ledger.add(h > 0 ? 1 : 0);
            }
        }
    }
}
