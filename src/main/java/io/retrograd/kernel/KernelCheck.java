package io.retrograd.kernel;

import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.operation.CudaSource;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks of CUDA kernels, which compute {@code y} and the gradients of their inputs.
 *
 * <p>{@link CudaSource} says what a kernel's parameters are given, by their names: here the names
 * are those of the inputs. {@link #kernels} is for a device that has CUDA, {@link #reference} for
 * the reference, where there is a function in Java.
 */
public final class KernelCheck {
    private static final Pattern COMMENT = Pattern.compile("//[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern REAL = Pattern.compile("\\breal\\b");
    private static final Pattern FLOAT = Pattern.compile("\\bfloat\\s*(?:const\\s*)?\\*");

    private final KernelFunction function;

    /**
     * Kernels to check.
     *
     * @param name of the source, without an ending
     * @param forward kernels that compute y, perhaps with their launches
     * @param backward kernels that compute the gradients, perhaps with their launches
     * @param output the shape of y; null for the first input's
     * @param reference the same function in Java, if there is one
     * @throws IllegalArgumentException for a launch that is none
     */
    public KernelCheck(
            String name,
            String text,
            List<String> forward,
            List<String> backward,
            KernelInputs inputs,
            @Nullable Shape output,
            @Nullable JavaReference reference) {
        CudaSource source = CudaSource.of(text).input(inputs.first().name()).arraysApart();
        for (String kernel : forward) {
            source = source.forward(kernel);
        }
        for (String kernel : backward) {
            source = source.backward(kernel);
        }
        for (Map.Entry<String, Double> constant : inputs.constants().entrySet()) {
            source = source.constant(constant.getKey(), constant.getValue());
        }
        Shape shape = output == null ? inputs.first().shape() : output;
        function = new KernelFunction(name, source, inputs, shape, reference);
        if (reference != null) {
            reference.fit(inputs, shape);
        }
    }

    /** The precisions that the source can have, the one that shows most first. */
    public List<String> precisions() {
        String code = COMMENT.matcher(function.source().source()).replaceAll(" ");
        if (REAL.matcher(code).find()) {
            return List.of("float64", "float32");
        }
        return List.of(FLOAT.matcher(code).find() ? "float32" : "float64");
    }

    /**
     * The check of the kernels: against differences of their own forward passes or, where there is
     * a function in Java, against that and its differences.
     */
    public GradientCheck kernels() {
        return function.reference() == null ? check().ownDifferences() : check();
    }

    /** The check of the function in Java, for the reference. */
    public GradientCheck reference() {
        return check();
    }

    private GradientCheck check() {
        KernelInputs inputs = function.inputs();
        GradientCheck check = GradientCheck.of(new KernelLayer(function), inputs.first().shape());
        for (KernelInputs.Array each : inputs.arrays()) {
            KernelInputs.Bounds bounds = each.bounds();
            check = bounds == null ? check : check.range(each.name(), bounds.low(), bounds.high());
        }
        return check;
    }
}
