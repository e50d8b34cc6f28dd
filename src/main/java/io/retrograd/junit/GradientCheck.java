package io.retrograd.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.platform.commons.annotation.Testable;

/**
 * A method that returns a layer, network or loss whose gradients are checked: one test for each
 * shape and device.
 *
 * <pre>{@code
 * class SwishTest {
 *     @GradientCheck(shape = "2,4,7,7", device = {"reference", "cpu"})
 *     Layer swish() {
 *         return new Swish();
 *     }
 * }
 * }</pre>
 *
 * <p>The method has no parameters and may be static; its class needs a constructor without any.
 * {@link GradientCheckEngine} runs it on the JUnit platform, beside Jupiter, whose extensions,
 * conditions and callbacks do not see it. A device that cannot be used here is a failure.
 */
@Documented
@Testable
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface GradientCheck {
    /** Shapes of the input, or of a loss's output, the batch included, as in {@code 2,4,7,7}. */
    String[] shape();

    /** Devices to check on, as {@code retrograd devices} names them. */
    String[] device() default "reference";

    /** The devices' precision; by default the first of each. */
    String precision() default "";

    /** Seed of all random values. */
    long seed() default 1;

    /** Whether it is bound to train or to infer. */
    boolean training() default true;

    /** Elements checked of each larger tensor; 0 for as many as by default. */
    int coordinates() default 0;

    /** Relative error accepted beside what rounding and the numeric error explain. */
    double tolerance() default 0;
}
