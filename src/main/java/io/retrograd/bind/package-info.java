/**
 * Binds networks to devices: <b>bind → commit → run</b>.
 *
 * <ol>
 *   <li>A {@link io.retrograd.bind.Binder} lets layers ask for tensors and operations. It records
 *       the operations in the order in which they will run; nothing is allocated.
 *   <li>{@code commit()} has the backend ready them, plans memory by lifetime, allocates it, and
 *       gives a {@link io.retrograd.bind.Binding}: a fixed list of operations.
 *   <li>Running it allocates nothing.
 * </ol>
 *
 * <p>Start reading at {@link io.retrograd.bind.Binder}, then {@code Recording}, {@code
 * MemoryPlanner} and {@link io.retrograd.bind.Binding}.
 *
 * <p>Invariant: {@link io.retrograd.backend.Parameters} belong to a model and outlive its bindings.
 */
@NullMarked
package io.retrograd.bind;

import org.jspecify.annotations.NullMarked;
