/**
 * Draws pictures in one look: panels of lines and panels of fields, side by side on a sheet, as
 * PNG.
 *
 * <p>Start reading at {@link io.retrograd.plot.Sheet}.
 *
 * <p>Invariants: nothing is drawn before a sheet is written, so a machine that cannot draw can
 * still compute; colours are those of {@link io.retrograd.plot.Look}, which colour-blind people can
 * tell apart.
 */
@NullMarked
package io.retrograd.plot;

import org.jspecify.annotations.NullMarked;
