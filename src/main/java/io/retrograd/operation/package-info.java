/**
 * The operations of networks, as values: no device, no memory.
 *
 * <p>An {@link io.retrograd.operation.Operation} is a record of a specification and the tensors
 * that it reads and writes. It says all there is to know without running it: its name, its shapes,
 * in what it is linear, what it costs. {@link io.retrograd.operation.Operations} has one factory
 * method for each, which every device implements; what comes back is an {@link
 * io.retrograd.operation.Op}, forward and backward over these tensors. A user's own operation is a
 * {@link io.retrograd.operation.CustomFunction}.
 *
 * <p>Start reading at {@link io.retrograd.operation.Operation}, then {@link
 * io.retrograd.operation.Elementwise}, the shortest of its kinds.
 *
 * <p>Invariants: a record's constructor refuses shapes that do not fit; {@code backward()}
 * overwrites gradients and never adds to them; a tensor with a gradient is read by one operation,
 * and where more want it {@code Fork} gives each its own branch.
 */
@NullMarked
package io.retrograd.operation;

import org.jspecify.annotations.NullMarked;
