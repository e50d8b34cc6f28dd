/**
 * Networks as ONNX files, which other programs run and write.
 *
 * <p>Start reading at {@link io.retrograd.onnx.Onnx}. Writing replays a binding's operations: each
 * becomes the operators that compute it, and the parameters that it reads initializers. Reading
 * makes of each operator a layer or a few, or computes it where all that it reads is known.
 *
 * <p>Invariants of reading: a file is a stranger's, and what it says is checked before it is used;
 * it becomes a network as a whole, or an error that names all that cannot; no other file is read
 * than those in its own folder.
 */
@NullMarked
package io.retrograd.onnx;

import org.jspecify.annotations.NullMarked;
