/**
 * Runs parity cases: what PyTorch computes for an operation, an optimizer or a short training run,
 * held against what a backend computes through the public layers.
 *
 * <p>Start reading at {@link io.retrograd.parity.ParityRunner}.
 *
 * <p>Invariants: a case is refused before anything is computed if it makes no sense, if a tensor is
 * missing or left over, or if it would take more memory or work than {@code Limits} allow; every
 * element of every expected tensor is compared; whatever a file holds, the result is a {@link
 * io.retrograd.parity.ParityResult} and never an exception.
 */
@NullMarked
package io.retrograd.parity;

import org.jspecify.annotations.NullMarked;
