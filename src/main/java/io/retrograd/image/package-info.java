/**
 * Pictures: reading them from files, and what is done to them before a network sees them.
 *
 * <p>Start reading at {@link io.retrograd.image.Transforms}.
 *
 * <p>Invariants: a picture's pixels are bytes in the order (C, H, W); a header is read, and its
 * size checked, before anything is decoded; a damaged file is an {@link java.io.IOException} that
 * names it, never a picture with a part missing; what is drawn at random is a pure function of a
 * {@link io.retrograd.tensor.Draw}.
 */
@NullMarked
package io.retrograd.image;

import org.jspecify.annotations.NullMarked;
