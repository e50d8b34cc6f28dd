package io.retrograd.junit;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.tensor.Shape;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asserts that a layer's or a loss's {@code backward} is the derivative of its {@code forward}.
 *
 * <pre>{@code
 * assertThatGradient(new Swish()).shape(2, 4, 7, 7).on(backend).isCorrect();
 * }</pre>
 *
 * <p>It needs no test framework. Immutable; each wither gives a changed copy.
 */
public final class GradientAssert {
    private final Function<Shape, GradientCheck> subject;
    private final @Nullable Shape shape;
    private final UnaryOperator<GradientCheck> how;

    private GradientAssert(
            Function<Shape, GradientCheck> subject,
            @Nullable Shape shape,
            UnaryOperator<GradientCheck> how) {
        this.subject = subject;
        this.shape = shape;
        this.how = how;
    }

    /** An assertion on a layer or network, which {@link #shape} has to be told. */
    public static GradientAssert assertThatGradient(Layer layer) {
        Objects.requireNonNull(layer, "assertThatGradient: expected a layer, got null");
        return of(input -> GradientCheck.of(layer, input));
    }

    /** An assertion on a loss alone; {@link #shape} is that of the output that it is of. */
    public static GradientAssert assertThatGradient(JointLoss loss) {
        Objects.requireNonNull(loss, "assertThatGradient: expected a loss, got null");
        return of(output -> GradientCheck.of(loss, output));
    }

    private static GradientAssert of(Function<Shape, GradientCheck> subject) {
        return new GradientAssert(subject, /* shape= */ null, UnaryOperator.identity());
    }

    /** The same at a random input of this shape, the batch included. */
    public GradientAssert shape(int... dims) {
        return shape(Shape.of(dims));
    }

    /** The same at a random input of this shape, the batch included. */
    public GradientAssert shape(Shape input) {
        return new GradientAssert(subject, input, how);
    }

    /** The same on this device, which stays open; by default the float64 reference. */
    public GradientAssert on(Backend device) {
        return with(check -> check.on(device));
    }

    /** The same with this loss of one output behind the layer, against random targets. */
    public GradientAssert loss(JointLoss loss) {
        return with(check -> check.loss(loss));
    }

    /** The same with other random values. */
    public GradientAssert seed(long seed) {
        return with(check -> check.seed(seed));
    }

    /** The same bound to train, as by default, or to infer. */
    public GradientAssert training(boolean training) {
        return with(check -> check.training(training));
    }

    /** The same with so many elements checked of each larger tensor. */
    public GradientAssert coordinates(int perTensor) {
        return with(check -> check.coordinates(perTensor));
    }

    /**
     * The same with this relative error accepted beside what rounding and the numeric error
     * explain; by default 0.
     */
    public GradientAssert tolerance(double relative) {
        return with(check -> check.tolerance(relative));
    }

    /** The same at this input, row-major. */
    public GradientAssert input(double... x) {
        return with(check -> check.input(x));
    }

    private GradientAssert with(UnaryOperator<GradientCheck> change) {
        return new GradientAssert(subject, shape, check -> change.apply(how.apply(check)));
    }

    /**
     * Runs the check.
     *
     * @throws AssertionError if a gradient is wrong or cannot be judged; the message names the
     *     tensor, the index, what was expected and what was found
     * @throws IllegalStateException without a shape
     * @throws IllegalArgumentException if the layer does not take such inputs
     */
    public void isCorrect() {
        if (shape == null) {
            throw new IllegalStateException(
                    "assertThatGradient: expected the input's shape, got none; call shape(...)");
        }
        GradientReport report = how.apply(subject.apply(shape)).run();
        if (!report.passed()) {
            throw new AssertionError(message(report));
        }
    }

    /** The same on a device that is opened for it. */
    void isCorrectOn(String device, String precision) {
        Backends.Choice choice = Backends.choose(device);
        String kind = precision.isEmpty() ? choice.provider().precisions().get(0) : precision;
        try (Backend backend = Backends.open(device, kind, /* threads= */ 0)) {
            on(backend).isCorrect();
        }
    }

    /** The first finding in the first line, as tools show that alone. */
    private static String message(GradientReport report) {
        return String.format(
                "%s, %s, on %s: %s%n%s",
                report.subject(),
                report.training() ? "training" : "inference",
                report.device(),
                report.failures().get(0),
                report.table());
    }
}
