/**
 * The CPU: oneDNN primitives, and plain Java for what oneDNN lacks.
 *
 * <p>An operation is readied once all of a binding's operations are known ({@link
 * io.retrograd.backend.Backend#prepare}): layouts are chosen, primitives created, and each pass
 * becomes a fixed list of {@code Step}s. Activations are kept in the layout that the primitives
 * like (channels last or blocked), and so are parameters across training steps; reading or writing
 * a tensor from outside converts to and from row-major order. Every conversion inside a pass is a
 * step of its own, told in the binding's decisions.
 *
 * <p>Primitives run in oneDNN's OpenMP threads. What Java computes is small and runs on the calling
 * thread, but for Winograd's convolutions, whose work a {@code Team} of as many threads shares.
 *
 * <p>Start reading at {@code OneDnnOp} and {@code Pass}, then {@code OneDnnSoftmax}.
 */
@NullMarked
package io.retrograd.backend.onednn;

import org.jspecify.annotations.NullMarked;
