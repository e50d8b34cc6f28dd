package io.retrograd.operation;

/**
 * Every operation that a backend must have, one factory method each; a backend that lacks one does
 * not compile.
 *
 * <p>The records have checked all shapes. Tensors may not have memory yet: an operation keeps them
 * and reads addresses when it runs. Letters are those of cuDNN and PyTorch, and name components of
 * the records; a {@code null} bias is absent.
 */
public interface Operations {
    Op convolution(Products.Convolution o);

    Op transposedConvolution(Products.TransposedConvolution o);

    /** y (…, O) = x (…, I) · w (O, I)ᵀ + b (O). */
    Op linear(Products.Linear o);

    /** Products of stacks of matrices. */
    Op matMul(Products.MatMul o);

    /** The largest element of each window; the first one gets the gradient where several are. */
    Op maxPooling(Poolings.MaxPooling o);

    /**
     * The largest element of each window that {@link #adaptiveAveragePooling} takes the mean of.
     */
    Op adaptiveMaxPooling(Poolings.AdaptiveMaxPooling o);

    /** The mean of each window, over padded positions too if {@code countIncludePad}. */
    Op averagePooling(Poolings.AveragePooling o);

    /** The mean of out-many windows: [⌊i·in/out⌋, ⌈(i+1)·in/out⌉) in each spatial dimension. */
    Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o);

    /** Normalises by the batch's statistics, and moves the running ones towards them. */
    Op batchNormTraining(Normalizations.BatchNorm o);

    /** Normalises by the running statistics. */
    Op batchNormInference(Normalizations.BatchNorm o);

    /** Normalises the trailing dimensions, whose sizes are w's and b's, of each sample. */
    Op layerNorm(Normalizations.LayerNorm o);

    /** Divides the trailing dimensions, whose sizes are w's, by their root mean square. */
    Op rmsNorm(Normalizations.RmsNorm o);

    /** Normalises each of {@code groups} channel groups of each sample. */
    Op groupNorm(Normalizations.GroupNorm o);

    Op localResponseNorm(Normalizations.LocalResponseNorm o);

    Op activation(Elementwise.Activation o);

    /** Two tensors combined, one of which may count several times. */
    Op binary(Elementwise.Binary o);

    /** {@code y = a·σ(b)} of the halves of x. */
    Op glu(Elementwise.Glu o);

    Op prelu(Elementwise.Prelu o);

    Op softmax(Normalizations.Softmax o);

    Op logSoftmax(Normalizations.Softmax o);

    /** Element i takes {@code Philox.uniform(seed, stream + step, i)}, of {@code random}. */
    Op dropout(Elementwise.Dropout o, RandomState random);

    /** y has x's elements in the same order. */
    Op reshape(Arrangements.Reshape o);

    /** Dimensions in another order. */
    Op permute(Arrangements.Permute o);

    /** {@code y = factor·x} */
    Op scale(Arrangements.Scale o);

    /** The sum or the mean over dimensions. */
    Op reduce(Arrangements.Reduce o);

    /** Parts, padding, interpolation: each output a weighted sum of few inputs. */
    Op sampling(Samplings o);

    /** Joins along {@code dim}. */
    Op concat(Arrangements.Concat o);

    /** y = Σ xs. */
    Op add(Arrangements.Add o);

    /** Gives several readers the values of x; backward sums their gradients into x's. */
    Op fork(Arrangements.Fork o);

    Op embedding(SequenceOperations.Embedding o);

    /**
     * One layer of a recurrent network, over the steps of x (N, T, I).
     *
     * <p>Sequence n has {@code lengths[n]} steps, from 1 to T; without lengths all have T. Behind
     * its end y is 0, nothing has a gradient, and x is not read. The second direction begins at its
     * last step, and the final states are those after its last step, or for the second direction
     * its first.
     *
     * <p>{@code lengths} int32 (N); {@code states} initial ones (D, N, H): h, and for LSTM c, none
     * for zeros; {@code weights} w_ih, w_hh, b_ih, b_hh of each direction; {@code finalStates} (D,
     * N, H): h, and for LSTM c, none where nobody wants them.
     */
    Op recurrent(SequenceOperations.Recurrent o);

    Op overTime(SequenceOperations.OverTime o);

    Op lengths(SequenceOperations.Lengths o);

    /** Scores of steps that attention must not see made very low. */
    Op attentionMask(SequenceOperations.AttentionMask o);

    /** A user's function; with {@code surrogate} its surrogate in its place. */
    Op custom(Operation.Custom o);

    Op crossEntropy(Losses.CrossEntropy o);

    Op ctc(Losses.Ctc o);

    Op pointwiseLoss(Losses.PointwiseLoss o);

    Op gaussianNll(Losses.GaussianNll o);

    Op tripletMargin(Losses.TripletMargin o);

    Op cosineEmbedding(Losses.CosineEmbedding o);

    Op dice(Losses.Dice o);
}
