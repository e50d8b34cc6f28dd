package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.layer.Layer;
import io.retrograd.loss.Loss;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.PrintWriter;

/**
 * Checks all parameters' gradients at the first training samples, a few elements of each; of texts
 * at their beginnings, for the reference computes slowly.
 */
final class FirstSamples {
    private static final int SAMPLES = 4;
    private static final int TOKENS = 8;
    private static final int COORDINATES = 3;

    /** Elements of a picture beyond which a patch of it is taken: those of MNIST. */
    private static final int LARGE = 28 * 28;

    private final LabelledDataset data;
    private final int count;
    private final Shape part;

    /**
     * Those of a data set.
     *
     * @param patch a size of pictures that the network takes and the reference computes quickly: of
     *     larger ones the centre is taken
     */
    FirstSamples(LabelledDataset data, Shape patch) {
        this.data = data;
        count = Math.min(SAMPLES, data.size());
        Shape sample = data.sampleShape();
        if (data.tokenIds() != null) {
            part = Shape.of(Math.min(TOKENS, Math.toIntExact(sample.size())));
        } else if (sample.rank() == 3 && patch.rank() == 3 && data.sampleShape().size() > LARGE) {
            part =
                    Shape.of(
                            sample.dim(0),
                            Math.min(patch.dim(1), sample.dim(1)),
                            Math.min(patch.dim(2), sample.dim(2)));
        } else {
            part = sample;
        }
    }

    /**
     * Checks a network, and prints what was checked.
     *
     * @throws IllegalStateException if a gradient is wrong; the message has the table
     */
    void check(Layer layer, Loss loss, Backend backend, long seed, PrintWriter out) {
        GradientReport report =
                GradientCheck.of(layer, part.batch(count))
                        .on(backend)
                        .seed(seed)
                        .loss(loss)
                        .input(batch())
                        .coordinates(COORDINATES)
                        .run();
        tell(report, count + " " + DataOptions.kind(data), out);
    }

    /**
     * Prints what was checked.
     *
     * @param on where, as in {@code 4 images}
     * @throws IllegalStateException if a gradient is wrong; the message has the table
     */
    static void tell(GradientReport report, String on, PrintWriter out) {
        if (report.refuted()) {
            throw new IllegalStateException("gradient check failed\n" + report.table());
        }
        if (!report.passed()) {
            out.printf(
                    "gradients of %d tensors are not established: %s%n",
                    report.failures().size(), report.reason());
        }
        int checked = report.rows().stream().mapToInt(GradientReport.Row::checked).sum();
        out.printf(
                "gradients checked on %s: %d derivatives of %d tensors, worst relative error"
                        + " %.1e%n",
                on,
                checked,
                report.rows().size(),
                report.worst().map(GradientReport.Row::relativeError).orElse(0.0));
        out.flush();
    }

    private double[] batch() {
        int taken = Math.toIntExact(part.size());
        double[] sample = new double[Math.toIntExact(data.sampleShape().size())];
        double[] batch = new double[count * taken];
        for (int i = 0; i < count; i++) {
            data.sample(i, sample, 0);
            if (part.rank() == 3) {
                centre(sample, batch, i * taken);
            } else {
                System.arraycopy(sample, 0, batch, i * taken, taken);
            }
        }
        return batch;
    }

    /** The part of a picture in its centre. */
    private void centre(double[] sample, double[] to, int offset) {
        Shape whole = data.sampleShape();
        int top = (whole.dim(1) - part.dim(1)) / 2;
        int left = (whole.dim(2) - part.dim(2)) / 2;
        int width = part.dim(2);
        for (int c = 0; c < part.dim(0); c++) {
            for (int y = 0; y < part.dim(1); y++) {
                System.arraycopy(
                        sample,
                        (c * whole.dim(1) + top + y) * whole.dim(2) + left,
                        to,
                        offset + (c * part.dim(1) + y) * width,
                        width);
            }
        }
    }
}
