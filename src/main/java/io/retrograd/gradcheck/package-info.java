/**
 * The gradient checker: shows for any layer, network, loss or custom operation, on any backend,
 * whether its {@code backward} is the derivative of its {@code forward}.
 *
 * <p>Order of use: {@link io.retrograd.gradcheck.GradientCheck#of} names the subject, withers say
 * how, {@code run()} gives a {@link io.retrograd.gradcheck.GradientReport}.
 *
 * <p>Invariants: no tolerance is a guess. A difference between the analytic and the numeric
 * derivative is held against the numeric one's estimated error plus the analytic one's rounding,
 * which is measured where terms cancel. Where an estimate is too large to mean anything, or a
 * gradient too small, nothing is established: that is no pass.
 */
@NullMarked
package io.retrograd.gradcheck;

import org.jspecify.annotations.NullMarked;
