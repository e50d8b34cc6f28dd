/**
 * The computer that Retrograd runs on: its cores, its memory, the user's cache folder.
 *
 * <p>Start reading at {@link io.retrograd.host.Threads}.
 *
 * <p>Invariant: what cannot be found out is said once, as a warning, and has a default.
 */
@NullMarked
package io.retrograd.host;

import org.jspecify.annotations.NullMarked;
