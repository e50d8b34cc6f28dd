package io.retrograd.gradcheck;

import io.retrograd.backend.Backend;
import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.SlicedLoss;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks that {@code backward} is the derivative of {@code forward}, for any layer, network, custom
 * operation or loss.
 *
 * <pre>{@code
 * GradientReport report = GradientCheck.of(new Linear(3), Shape.of(2, 5)).run();
 * if (!report.passed()) {
 *     System.out.println(report.table());
 * }
 * }</pre>
 *
 * <p>The output y is made one number, L = Σ dy·y, with a fixed random dy (Σ y alone would not do:
 * its gradient through batch norm or softmax is zero, so a backward that returns zero would pass).
 * Each element of {@code backward}'s gradients is held against the derivative of L from central
 * differences, extrapolated to step 0 in float64 with an estimate of their error. They must agree
 * up to that estimate and the rounding of {@code backward} itself. Where no step is small enough to
 * stay clear of a kink, as that of ReLU at 0, an element is skipped and counted.
 *
 * <p>Beside that, both passes must write every element they own, give the same bits when they run
 * again, and leave inputs and parameters as they are.
 *
 * <p>Immutable; each wither gives a changed copy.
 */
public final class GradientCheck {
    private final Layer layer;
    private final Shape inputShape;
    private @Nullable JointLoss loss;
    private @Nullable Backend backend;
    private double @Nullable [] input;
    private long seed = 1;
    private boolean training = true;
    private int coordinates;
    private boolean derivatives = true;
    private boolean ownDifferences;
    private double tolerance;
    private ValueFamily family = ValueFamily.SPREAD;
    private Map<String, double[]> ranges = Map.of();

    private GradientCheck(Layer layer, Shape inputShape) {
        this.layer = layer;
        this.inputShape = inputShape;
    }

    /** A check of a layer or network at a random input of this shape, the batch included. */
    public static GradientCheck of(Layer layer, Shape inputShape) {
        return new GradientCheck(layer, inputShape);
    }

    /** A check of a loss alone, at random outputs of this shape. */
    public static GradientCheck of(JointLoss loss, Shape outputShape) {
        return new GradientCheck(new Sequential(), outputShape).loss(loss);
    }

    /** The same on this device, which stays open; by default the float64 reference. */
    public GradientCheck on(Backend device) {
        return with(copy -> copy.backend = device);
    }

    /** The same with other random values. */
    public GradientCheck seed(long value) {
        return with(copy -> copy.seed = value);
    }

    /** The same bound to train, as by default, or to infer. */
    public GradientCheck training(boolean value) {
        return with(copy -> copy.training = value);
    }

    /**
     * The same with {@code perTensor} elements checked of each tensor that has more, at least 1,
     * one from each of as many equal parts. By default tensors of up to 200 elements are checked
     * whole and larger ones at 48. Random directions over all elements come on top.
     */
    public GradientCheck coordinates(int perTensor) {
        Checks.atLeast("GradientCheck", "coordinates", 1, perTensor);
        return with(copy -> copy.coordinates = perTensor);
    }

    /**
     * The same without finite differences: outputs, gradients and statistics are held against the
     * reference's alone, which says nothing on the reference itself. For networks of many kinks,
     * where no step is small enough; an element that rounding moves across one may be off by it.
     */
    public GradientCheck againstReference() {
        return with(copy -> copy.derivatives = false);
    }

    /**
     * The same with the device's own forward passes as the only measure: no reference is asked, so
     * a layer may be one that only this device can compute. Sums may be added up in any order, so
     * passes that run again need only give the same numbers up to rounding. Where no step gives a
     * derivative, as close to a kink, an element is skipped and counted.
     *
     * <p>In float32 this finds less than in float64: differences of float32 numbers are known to
     * some 5 digits at best.
     */
    public GradientCheck ownDifferences() {
        return with(copy -> copy.ownDifferences = true);
    }

    /**
     * The same with values between these two for the input, which is named {@code input} unless its
     * layer names it, or for a parameter.
     *
     * @throws IllegalArgumentException unless both are finite and {@code low} is below {@code high}
     */
    public GradientCheck range(String tensor, double low, double high) {
        if (!(low < high && Double.isFinite(high - low))) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientCheck: expected a range of %s from low to high, got %s to %s",
                            tensor, low, high));
        }
        Map<String, double[]> more = new HashMap<>(ranges);
        more.put(tensor, new double[] {low, high});
        return with(copy -> copy.ranges = more);
    }

    /**
     * The same with this relative error accepted beside what rounding and the numeric error
     * explain, for a function that is computed by an approximation. By default 0.
     *
     * @throws IllegalArgumentException unless it is at least 0 and below 1
     */
    public GradientCheck tolerance(double relative) {
        if (!(relative >= 0 && relative < 1)) {
            throw new IllegalArgumentException(
                    "GradientCheck: expected a tolerance of at least 0 and below 1, got "
                            + relative);
        }
        return with(copy -> copy.tolerance = relative);
    }

    /**
     * The same at values of this kind: the input, and by the seed sometimes the gradient of the
     * output and the parameters too. {@link #input} goes before it.
     */
    public GradientCheck values(ValueFamily kind) {
        return with(copy -> copy.family = kind);
    }

    /**
     * The same at this input.
     *
     * @param x as many values as the input shape has elements, row-major. Not modified.
     */
    public GradientCheck input(double... x) {
        if (x.length != inputShape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientCheck: expected %d input values for %s, got %d",
                            inputShape.size(), inputShape, x.length));
        }
        return with(copy -> copy.input = x.clone());
    }

    /**
     * The same with this loss of one output behind the layer, against random targets; {@link
     * SlicedLoss} makes one of several outputs such a loss.
     */
    public GradientCheck loss(JointLoss value) {
        if (value.outputs() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientCheck: expected a loss of one output, got %s of %d; put it"
                                    + " into a SlicedLoss",
                            value, value.outputs()));
        }
        return with(copy -> copy.loss = value);
    }

    /**
     * Runs the check. What is wrong with gradients is reported, not thrown.
     *
     * @throws IllegalArgumentException if the layer does not take such inputs
     * @throws MemoryException if they do not fit the device's memory or the Java heap
     */
    public GradientReport run() {
        try {
            return backend == null ? runOnReference() : run(backend);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        }
    }

    /**
     * The values at which it checks a device, in its precision: {@code input}, {@code grad_output},
     * parameters and running statistics, row-major, by name.
     */
    public Map<String, double[]> valuesOn(Backend device) {
        return examination().values(device);
    }

    private GradientReport runOnReference() {
        try (Backend reference = Examination.openReference()) {
            return run(reference);
        }
    }

    private GradientReport run(Backend device) {
        Examination found = examination();
        found.run(device);
        return new GradientReport(
                name(),
                device.name() + " " + device.dtype().name().toLowerCase(Locale.ROOT),
                training,
                found.rows(),
                found.failures(),
                found.remarks());
    }

    private Examination examination() {
        return new Examination(
                layer,
                loss,
                inputShape,
                new Examination.Settings(
                        seed,
                        training,
                        input,
                        family,
                        ranges,
                        coordinates,
                        derivatives,
                        ownDifferences,
                        tolerance));
    }

    private String name() {
        if (loss == null) {
            return layer.kind() + inputShape;
        }
        String lossName = loss.getClass().getSimpleName();
        boolean alone = layer instanceof Sequential empty && empty.layers().isEmpty();
        return (alone ? "" : layer.kind() + ", ") + lossName + inputShape;
    }

    private GradientCheck with(Consumer<GradientCheck> change) {
        GradientCheck copy = new GradientCheck(layer, inputShape);
        copy.loss = loss;
        copy.backend = backend;
        copy.input = input;
        copy.seed = seed;
        copy.training = training;
        copy.coordinates = coordinates;
        copy.derivatives = derivatives;
        copy.ownDifferences = ownDifferences;
        copy.tolerance = tolerance;
        copy.family = family;
        copy.ranges = ranges;
        change.accept(copy);
        return copy;
    }
}
