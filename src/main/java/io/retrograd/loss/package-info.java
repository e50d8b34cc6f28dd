/**
 * Losses: the end of the forward pass, one number to make small.
 *
 * <p>Start reading at {@link io.retrograd.loss.Loss}; {@link io.retrograd.loss.MseLoss} is the
 * shortest.
 *
 * <p>Invariants: a loss is immutable and owns no memory; backward starts from dL/dL = 1.
 */
@NullMarked
package io.retrograd.loss;

import org.jspecify.annotations.NullMarked;
