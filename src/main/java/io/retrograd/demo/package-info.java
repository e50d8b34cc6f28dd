/**
 * Demonstrations of what the texts on back-propagation describe: each trains small networks, whose
 * code is a page to read, and measures what the mathematics predicts.
 *
 * <p>Start reading at {@link io.retrograd.demo.Regression}, the shortest. A new demonstration is a
 * class that implements {@link io.retrograd.demo.Demo} and a line in {@link
 * io.retrograd.demo.Demos}.
 *
 * <p>Invariants: the same seed gives the same numbers on the reference and on a deterministic
 * device; a demonstration takes seconds, and at the quick setting moments; nothing is drawn before
 * a picture is asked for.
 */
@NullMarked
package io.retrograd.demo;

import org.jspecify.annotations.NullMarked;
