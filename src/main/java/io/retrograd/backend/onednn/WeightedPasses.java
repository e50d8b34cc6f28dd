package io.retrograd.backend.onednn;

import org.jspecify.annotations.Nullable;

/** A way to list the passes of a {@link WeightedOp} that is not one primitive a pass. */
interface WeightedPasses {
    /** Lists {@code y = x * w + b + addend}, perhaps with a ReLU. */
    void forward(
            Pass pass,
            OneDnnTensor x,
            OneDnnTensor w,
            @Nullable OneDnnTensor b,
            @Nullable OneDnnTensor addend,
            OneDnnTensor y,
            boolean relu);

    /** Lists the gradient of x. */
    void backwardData(Pass pass, OneDnnTensor dy, OneDnnTensor w, OneDnnTensor dx);

    /** Lists the gradients of w and b. */
    void backwardWeights(
            Pass pass, OneDnnTensor x, OneDnnTensor dy, OneDnnTensor dw, @Nullable OneDnnTensor db);
}
