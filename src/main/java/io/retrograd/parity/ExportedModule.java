package io.retrograd.parity;

import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.RecordedCheck;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A module that {@code src/tools/export_case.py} recorded: PyTorch's gradients, and differences of
 * its forward passes, by which they are judged.
 *
 * <p>Beside {@code output} and {@code grad_output} a case has, for each variable v, {@code v} and
 * {@code grad_v}, {@code index.v} (P) and {@code direction.v} (D, size), in which v was moved, and
 * {@code ahead.v} and {@code back.v} (P + D, S), the one-sided difference quotients at the S {@code
 * steps}; and once {@code noise}, L at points of a line, and {@code size}, Σ |dy·y|.
 */
public final class ExportedModule {
    private static final String OP = "module";
    private static final String INDEX = "index.";

    /** Steps that are taken at least, so that some can be left out. */
    private static final int FEWEST_STEPS = 6;

    private static final int FEWEST_POINTS = 8;

    private ExportedModule() {}

    /**
     * Judges the gradients of a file.
     *
     * @throws IOException if the file cannot be read, is damaged, or is no such case
     */
    public static GradientReport judge(Path file) throws IOException {
        try {
            return judge(ParityCase.read(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static GradientReport judge(ParityCase found) {
        if (!found.op().equals(OP)) {
            throw new IllegalArgumentException(
                    "expected a case that export_case.py wrote, of op module, got op "
                            + found.op()
                            + "; parity checks it");
        }
        String module = found.attributes().text("module");
        boolean training = found.attributes().flag("training");
        double[] steps = steps(found);
        double[] noise = vector(found, "noise", FEWEST_POINTS);
        double size = found.given("size", Shape.of(1))[0];
        Shape output = found.shape("output");
        found.expectFloats("output", output);
        double[] y = found.expected("output");
        double[] dy = found.given("grad_output", output);
        List<RecordedCheck.Variable> variables = new ArrayList<>();
        for (String name : found.after(INDEX)) {
            variables.add(variable(found, name, steps.length));
        }
        found.checkAllUsed();
        if (variables.isEmpty()) {
            throw new IllegalArgumentException("expected a tensor index.*, got none");
        }
        for (double element : y) {
            if (Double.isNaN(element)) {
                throw new IllegalArgumentException("output: expected numbers, got NaN");
            }
        }
        return new RecordedCheck(module + output, "PyTorch", training, steps, noise, size, dy)
                .run(variables);
    }

    private static double[] vector(ParityCase found, String name, int fewest) {
        Shape shape = found.shape(name);
        if (shape.rank() != 1 || shape.size() < fewest) {
            throw new IllegalArgumentException(
                    name + ": expected at least " + fewest + " numbers, got shape " + shape);
        }
        return found.given(name, shape);
    }

    private static double[] steps(ParityCase found) {
        double[] steps = vector(found, "steps", FEWEST_STEPS);
        for (int k = 0; k < steps.length; k++) {
            double expected = Math.scalb(steps[0], -k);
            boolean power = steps[k] > 0 && steps[0] == Math.scalb(1.0, Math.getExponent(steps[0]));
            if (!power || steps[k] != expected) {
                throw new IllegalArgumentException(
                        String.format(
                                "steps: expected powers of 2, each half of the one before, got %s"
                                        + " at %d",
                                steps[k], k));
            }
        }
        return steps;
    }

    private static RecordedCheck.Variable variable(ParityCase found, String name, int steps) {
        Shape shape = found.shape(name);
        found.expectFloats(name, shape);
        String gradient = "grad_" + name;
        found.expectFloats(gradient, shape);
        int size = Math.toIntExact(shape.size());
        Shape moved = found.shape(INDEX + name);
        int[] elements =
                Arrays.stream(found.labels(INDEX + name, moved, size))
                        .mapToInt(i -> (int) i)
                        .toArray();
        Shape directed = found.shape("direction." + name);
        int directions = directed.dim(0);
        double[][] along = rows(found.given("direction." + name, Shape.of(directions, size)), size);
        Shape quotients = Shape.of(elements.length + directions, steps);
        found.expectFloats("ahead." + name, quotients);
        found.expectFloats("back." + name, quotients);
        return new RecordedCheck.Variable(
                name,
                shape,
                found.expected(gradient),
                elements,
                along,
                rows(found.expected("ahead." + name), steps),
                rows(found.expected("back." + name), steps));
    }

    private static double[][] rows(double[] values, int columns) {
        double[][] rows = new double[values.length / columns][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
        return rows;
    }
}
