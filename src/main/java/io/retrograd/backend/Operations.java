package io.retrograd.backend;

import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every operation that a backend must have, one factory method each; a backend that lacks one does
 * not compile.
 *
 * <p>{@link Binder} has checked all shapes before it calls. Tensors may not have memory yet: an
 * operation keeps them and reads addresses when it runs. Letters are those of cuDNN and PyTorch; a
 * {@code null} bias is absent.
 */
public interface Operations {
    /** Whether {@link #prepare} measures what is fastest, which takes memory and time. */
    default boolean measures() {
        return false;
    }

    /**
     * Readies recorded operations to run: chooses layouts, joins operations. Called when all are
     * known and before memory is planned.
     *
     * @param nodes in forward order
     * @param kept tensors that are read from outside, and so have to be written
     */
    default Preparation prepare(List<Binding.Node> nodes, BindOptions options, Set<Tensor> kept) {
        return Preparation.asRecorded(List.copyOf(nodes));
    }

    Op convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y);

    Op transposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y);

    /** y (…, O) = x (…, I) · w (O, I)ᵀ + b (O). */
    Op linear(Tensor x, Tensor w, @Nullable Tensor b, Tensor y);

    /** The largest element of each window; the first one gets the gradient where several are. */
    Op maxPooling(PoolingSpec spec, Tensor x, Tensor y);

    /** The mean of each window, over padded positions too if {@code countIncludePad}. */
    Op averagePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Tensor y);

    /** The mean of out-many windows: [⌊i·in/out⌋, ⌈(i+1)·in/out⌉) in each spatial dimension. */
    Op adaptiveAveragePooling(Tensor x, Tensor y);

    /** Normalises by the batch's statistics, and moves the running ones towards them. */
    Op batchNormTraining(
            BatchNormSpec spec,
            Tensor x,
            Tensor w,
            Tensor b,
            Tensor runningMean,
            Tensor runningVar,
            Tensor y);

    /** Normalises by the running statistics. */
    Op batchNormInference(
            BatchNormSpec spec,
            Tensor x,
            Tensor w,
            Tensor b,
            Tensor runningMean,
            Tensor runningVar,
            Tensor y);

    /** Normalises the trailing dimensions, whose sizes are w's and b's, of each sample. */
    Op layerNorm(double eps, Tensor x, Tensor w, Tensor b, Tensor y);

    /** Normalises each of {@code groups} channel groups of each sample. */
    Op groupNorm(int groups, double eps, Tensor x, Tensor w, Tensor b, Tensor y);

    Op localResponseNorm(LocalResponseNormSpec spec, Tensor x, Tensor y);

    Op activation(ActivationSpec spec, Tensor x, Tensor y);

    /** y = x for x &gt; 0, else w·x, with one slope w (C) a channel or one w (1) for all. */
    Op prelu(Tensor x, Tensor w, Tensor y);

    Op softmax(int dim, Tensor x, Tensor y);

    Op logSoftmax(int dim, Tensor x, Tensor y);

    /**
     * y = x / (1 − p) where the element's uniform number is at least p, else 0.
     *
     * <p>Element i takes {@code Philox.uniform(seed, stream + step, i)}, with the seed and the step
     * count (element 1 of the control tensor) of {@code parameters}.
     */
    Op dropout(double p, long stream, Parameters parameters, Tensor x, Tensor y);

    /** y has x's elements in the same order. */
    Op reshape(Tensor x, Tensor y);

    /** Swaps two dimensions. */
    Op transpose(int dim0, int dim1, Tensor x, Tensor y);

    /** Joins along {@code dim}. */
    Op concat(int dim, List<Tensor> xs, Tensor y);

    /** y = Σ xs. */
    Op add(List<Tensor> xs, Tensor y);

    /** Gives several readers the values of x; backward sums their gradients into x's. */
    Op fork(Tensor x, List<Tensor> branches);

    /** y (…, D) = rows of w (V, D) by the indices x (…), int32. */
    Op embedding(EmbeddingSpec spec, Tensor x, Tensor w, Tensor y);

    /**
     * One layer of a recurrent network, over the steps of x (N, T, I).
     *
     * <p>Sequence n has {@code lengths[n]} steps, from 1 to T; without lengths all have T. Behind
     * its end y is 0, nothing has a gradient, and x is not read. The second direction begins at its
     * last step, and the final states are those after its last step, or for the second direction
     * its first.
     *
     * @param lengths int32 (N)
     * @param states initial ones (D, N, H): h, and for LSTM c; none for zeros
     * @param weights w_ih, w_hh, b_ih, b_hh of each direction
     * @param finalStates (D, N, H): h, and for LSTM c; none where nobody wants them
     */
    Op recurrent(
            RecurrentSpec spec,
            Tensor x,
            @Nullable Tensor lengths,
            List<Tensor> states,
            List<Tensor> weights,
            Tensor y,
            List<Tensor> finalStates);

    /**
     * y (N, C) from the steps of x (N, T, C), for each sequence those before its end.
     *
     * @param lengths int32 (N), each from 1 to T; null where all sequences have T steps
     */
    Op overTime(TimeReduction reduction, Tensor x, @Nullable Tensor lengths, Tensor y);

    /**
     * y (N) = ⌈length·steps / T⌉, where a sequence's length is the number of its tokens (N, T) up
     * to the last that is not padding; all are int32. A sequence of padding alone is an error.
     */
    Op lengths(int padding, int steps, Tensor tokens, Tensor y);

    /** A user's function; with {@code surrogate} what its gradient belongs to in its place. */
    Op custom(
            CustomFunction function,
            boolean surrogate,
            Tensor x,
            List<Tensor> parameters,
            Tensor y);

    Op crossEntropy(
            CrossEntropySpec spec, Tensor x, Tensor labels, @Nullable Tensor classWeight, Tensor y);

    Op pointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target, Tensor y);

    Update sgd(SgdSpec spec, Parameters parameters);

    Update adam(AdamSpec spec, Parameters parameters);

    Update rmsProp(RmsPropSpec spec, Parameters parameters);

    Update adagrad(AdagradSpec spec, Parameters parameters);

    /** Adds the gradient of {@code l1·Σ|w| + l2/2·Σw²} over all weights (rank 2 and above). */
    Update penalty(double l1, double l2, Parameters parameters);

    /** Scales all gradients by {@code min(1, maxNorm / (norm + 1e-6))}, norm over all of them. */
    Update clipNorm(double maxNorm, Parameters parameters);

    /** Clamps every gradient element to [−limit, limit]. */
    Update clipValue(double limit, Parameters parameters);
}
