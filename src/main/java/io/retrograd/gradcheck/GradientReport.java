package io.retrograd.gradcheck;

import io.retrograd.tensor.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The findings of a {@link GradientCheck}.
 *
 * @param subject the layer or loss
 * @param device the backend's name and precision
 * @param training whether it was bound to train or to infer
 * @param rows one a tensor with a gradient: the input, then the parameters
 * @param failures what was found wrong or could not be judged; empty if there is nothing
 * @param remarks further notes, such as that a surrogate gradient was checked
 */
public record GradientReport(
        String subject,
        String device,
        boolean training,
        List<Row> rows,
        List<GradientFailure> failures,
        List<String> remarks) {

    public GradientReport {
        rows = List.copyOf(rows);
        failures = List.copyOf(failures);
        remarks = List.copyOf(remarks);
    }

    /**
     * One tensor's gradient.
     *
     * <p>Relative numbers are relative to the scale of the gradient where they were taken: the
     * largest of |analytic|, |numeric| and the typical gradient, which is the root mean square over
     * this tensor and over the output gradients of the operation that reads it, whichever is more.
     *
     * @param tensor its name, as in {@code 3.body.1.weight}
     * @param shape its shape
     * @param checked elements and random directions that were compared
     * @param skipped those that were not, because a kink lay closer than the smallest step
     * @param relativeError the worst |analytic − numeric|, relative
     * @param estimatedError how far off the numeric derivative there may be, relative
     * @param index where the worst is; empty if it is along a random direction over all elements
     * @param analytic the value that {@code backward} computes there
     * @param reference the value that the reference's {@code backward} computes there
     * @param numeric the value that differences of {@code forward} give there
     * @param passed whether all differences are explained by rounding and the numeric error
     * @param power the smallest e that would have failed, had the gradient g been g·(1 + e);
     *     infinite if no such error would
     */
    public record Row(
            String tensor,
            Shape shape,
            int checked,
            int skipped,
            double relativeError,
            double estimatedError,
            List<Integer> index,
            double analytic,
            double reference,
            double numeric,
            boolean passed,
            double power) {
        public Row {
            index = List.copyOf(index);
        }

        /** Tensor and index, as in {@code 3.weight[0, 2]}. */
        public String place() {
            return tensor + (index.isEmpty() ? " along a random direction" : index);
        }
    }

    /** Whether something is shown to be wrong; what cannot be judged is not. */
    public boolean refuted() {
        return failures.stream().anyMatch(failure -> failure.kind() == GradientFailure.Kind.WRONG);
    }

    /** Whether every gradient is shown to be right. */
    public boolean passed() {
        return failures.isEmpty();
    }

    /** What the check says in the end. */
    public Verdict verdict() {
        if (passed()) {
            return Verdict.PASSED;
        }
        return refuted() ? Verdict.FAILED : Verdict.NOT_ESTABLISHED;
    }

    /**
     * Why: of the first that is wrong, or of the first that cannot be judged, or what was shown.
     */
    public String reason() {
        return failures.stream()
                .min(Comparator.comparing(GradientFailure::kind))
                .map(GradientFailure::message)
                .orElseGet(
                        () ->
                                String.format(
                                        "every gradient agrees; a relative error of %.1e in any"
                                                + " would have shown",
                                        power()));
    }

    /**
     * The smallest relative error that would have been caught in every tensor's gradient; of
     * tensors on which the output does not depend, none would.
     */
    public double power() {
        return rows.stream()
                .mapToDouble(Row::power)
                .filter(power -> power < 1)
                .max()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The row with the worst relative error, failed ones first; none if nothing was compared. */
    public Optional<Row> worst() {
        return rows.stream()
                .filter(row -> row.checked() > 0)
                .max(
                        Comparator.comparing((Row row) -> !row.passed())
                                .thenComparing(Row::relativeError));
    }

    /** The report as text: a line a tensor, then what is wrong. */
    public String table() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        "%s, %s, on %s: %s%n",
                        subject,
                        training ? "training" : "inference",
                        device,
                        verdict() == Verdict.FAILED ? "FAILED" : verdict()));
        text.append(
                String.format(
                        "  %-20s %8s %7s %7s %9s %8s %8s %-12s %13s %13s %13s%n",
                        "tensor",
                        "elements",
                        "checked",
                        "skipped",
                        "rel.error",
                        "estimate",
                        "power",
                        "worst at",
                        "backward",
                        "reference",
                        "differences"));
        for (Row row : rows) {
            text.append(
                    String.format(
                            "%s %-20s %8d %7d %7d %9.1e %8.1e %8.1e %-12s %13.6g %13.6g %13.6g%n",
                            row.passed() ? " " : "!",
                            row.tensor(),
                            row.shape().size(),
                            row.checked(),
                            row.skipped(),
                            row.relativeError(),
                            row.estimatedError(),
                            row.power(),
                            row.checked() == 0
                                    ? "-"
                                    : row.index().isEmpty() ? "direction" : row.index().toString(),
                            row.analytic(),
                            row.reference(),
                            row.numeric()));
        }
        failures.forEach(failure -> text.append("  ").append(failure).append('\n'));
        remarks.forEach(remark -> text.append("  note: ").append(remark).append('\n'));
        return text.toString();
    }
}
