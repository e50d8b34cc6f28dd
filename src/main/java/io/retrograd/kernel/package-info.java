/**
 * Checks of CUDA kernels that belong to no network: their source, what they are given, and perhaps
 * the same function in Java.
 *
 * <p>Start reading at {@link io.retrograd.kernel.KernelCheck}.
 *
 * <p>Invariant: what is wrong with a source, or with what is said of it, is an {@link
 * IllegalArgumentException} that names the file; nothing is launched before all of it is checked.
 */
@NullMarked
package io.retrograd.kernel;

import org.jspecify.annotations.NullMarked;
