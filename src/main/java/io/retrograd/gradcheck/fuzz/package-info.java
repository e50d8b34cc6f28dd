/**
 * Checks gradients of layers drawn at random, at sizes and values that reveal mistakes, and makes
 * of each failure a smallest case to keep.
 *
 * <p>Order of use: a {@link io.retrograd.gradcheck.fuzz.Fuzz} of a device draws {@link
 * io.retrograd.gradcheck.fuzz.FuzzCase}s by seed and checks them; {@link
 * io.retrograd.gradcheck.fuzz.Shrinker} makes one that fails smaller; {@link
 * io.retrograd.gradcheck.fuzz.CaseFiles} writes it.
 *
 * <p>Invariants: a seed draws the same case everywhere. Which settings and sizes are legal, layers
 * and operations alone say: what they refuse is drawn again.
 */
@NullMarked
package io.retrograd.gradcheck.fuzz;

import org.jspecify.annotations.NullMarked;
