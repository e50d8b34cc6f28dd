package io.retrograd.backend.cuda;

import io.retrograd.operation.RecurrentSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one layer of a recurrent network, as {@link
 * io.retrograd.operation.Operations#recurrent} has them.
 */
record RecurrentTensors(
        RecurrentSpec spec,
        CudaTensor x,
        @Nullable CudaTensor lengths,
        List<CudaTensor> states,
        List<CudaTensor> weights,
        CudaTensor y,
        List<CudaTensor> finalStates) {
    private static final int OF_DIRECTION = 4;

    /** N. */
    int batch() {
        return x.dim(0);
    }

    /** T. */
    int steps() {
        return x.dim(1);
    }

    /** I. */
    int inputs() {
        return x.dim(2);
    }

    CudaTensor inputWeight(int direction) {
        return weights.get(OF_DIRECTION * direction);
    }

    CudaTensor hiddenWeight(int direction) {
        return weights.get(OF_DIRECTION * direction + 1);
    }

    CudaTensor inputBias(int direction) {
        return weights.get(OF_DIRECTION * direction + 2);
    }

    CudaTensor hiddenBias(int direction) {
        return weights.get(OF_DIRECTION * direction + 3);
    }

    /** The state of this number in the beginning; null for zeros. */
    @Nullable CudaTensor initial(int state) {
        return state < states.size() ? states.get(state) : null;
    }

    /** The state of this number in the end; null where nobody wants it. */
    @Nullable CudaTensor last(int state) {
        return state < finalStates.size() ? finalStates.get(state) : null;
    }
}
