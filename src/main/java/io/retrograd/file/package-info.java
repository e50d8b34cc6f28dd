/**
 * Writes files: whole or not at all.
 *
 * <p>Nothing else in the library opens a file for writing. A {@link io.retrograd.file.WholeFile}
 * appears and changes in one move, so whatever ends a process or a machine leaves the old content
 * or the new one; a {@link io.retrograd.file.LineFile} grows by whole lines.
 */
@NullMarked
package io.retrograd.file;

import org.jspecify.annotations.NullMarked;
