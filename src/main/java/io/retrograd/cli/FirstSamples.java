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

    private final LabelledDataset data;
    private final int count;
    private final Shape part;

    FirstSamples(LabelledDataset data) {
        this.data = data;
        count = Math.min(SAMPLES, data.size());
        Shape sample = data.sampleShape();
        part =
                data.tokenIds() == null
                        ? sample
                        : Shape.of(Math.min(TOKENS, Math.toIntExact(sample.size())));
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
        if (!report.passed()) {
            throw new IllegalStateException("gradient check failed\n" + report.table());
        }
        int checked = report.rows().stream().mapToInt(GradientReport.Row::checked).sum();
        out.printf(
                "gradients checked on %d %s: %d derivatives of %d tensors, worst relative error"
                        + " %.1e%n",
                count,
                DataOptions.kind(data),
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
            System.arraycopy(sample, 0, batch, i * taken, taken);
        }
        return batch;
    }
}
