/**
 * Sizes, element kinds and tensors: what every other package speaks about.
 *
 * <p>Start reading at {@link io.retrograd.tensor.Shape}.
 *
 * <p>Nothing here computes. A {@link io.retrograd.tensor.Tensor} is a handle: its memory belongs to
 * the backend that made it, and its values are read and written only through copies.
 */
@NullMarked
package io.retrograd.tensor;

import org.jspecify.annotations.NullMarked;
