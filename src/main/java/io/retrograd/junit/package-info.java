/**
 * Gradient checks as tests, for JUnit 5 and newer: a library that only users of this package need.
 *
 * <p>Order of use: put {@link io.retrograd.junit.GradientCheck} on a method that returns a layer,
 * and JUnit runs it; or call {@link io.retrograd.junit.GradientAssert#assertThatGradient} in a test
 * of any framework.
 *
 * <p>Invariant: a check that cannot be run, or decides nothing, is a test that fails.
 */
@NullMarked
package io.retrograd.junit;

import org.jspecify.annotations.NullMarked;
