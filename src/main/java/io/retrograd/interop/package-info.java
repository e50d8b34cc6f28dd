/**
 * Files that other programs read and write too.
 *
 * <p>Start reading at {@link io.retrograd.interop.Checkpoint}.
 *
 * <p>Invariants: a file is taken as hostile until every number in it has been checked; what is
 * wrong is reported by a {@link io.retrograd.interop.FormatException} with the file and the offset;
 * nothing is allocated on the word of a header that the file's own size does not back.
 */
@NullMarked
package io.retrograd.interop;

import org.jspecify.annotations.NullMarked;
