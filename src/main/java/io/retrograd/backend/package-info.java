/**
 * What a device must offer, and how a model is bound to it: <b>bind → commit → run</b>.
 *
 * <ol>
 *   <li>A {@link io.retrograd.backend.Backend} is a device: its {@link io.retrograd.backend.Memory}
 *       and its {@link io.retrograd.backend.Operations}, one factory method an operation.
 *   <li>An {@link io.retrograd.backend.Operation} is what a model does with tensors, as a value:
 *       what it reads and writes, in what it is linear, what it costs, how a backend makes it.
 *   <li>A {@link io.retrograd.backend.Binder} lets layers ask for tensors and operations. It checks
 *       every shape and records the operations in the order in which they will run; nothing is
 *       allocated.
 *   <li>{@code commit()} plans memory by lifetime, allocates it, and gives a {@link
 *       io.retrograd.backend.Binding}: a fixed list of operations. Running it allocates nothing.
 * </ol>
 *
 * <p>Start reading at {@link io.retrograd.backend.Binder}, then {@link
 * io.retrograd.backend.Operation} and {@link io.retrograd.backend.Binding}.
 *
 * <p>Invariants: {@code backward()} overwrites gradients and never adds to them; a tensor is read
 * by one operation, and where more want it {@code fork} gives each its own branch; {@link
 * io.retrograd.backend.Parameters} belong to a model and outlive its bindings.
 */
@NullMarked
package io.retrograd.backend;

import org.jspecify.annotations.NullMarked;
