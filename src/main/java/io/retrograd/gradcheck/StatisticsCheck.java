package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;

/**
 * Checks running statistics: inference leaves them alone, and training moves them to the batch's.
 *
 * <pre>
 *   running ← running + m·(statistic − running)
 *
 *   mean[c] = Σ x / M        var[c] = Σ (x − mean[c])² / (M − 1)
 * </pre>
 *
 * The batch's statistics are computed here, from the input of each batch norm.
 */
record StatisticsCheck(Subject subject, Values values, Allowance allowance, Failures failures) {
    /** Runs forward from the values' statistics. */
    void run(boolean training) {
        subject.forward(values);
        if (!training) {
            values.states().forEach(this::unmoved);
            return;
        }
        for (Node node : subject.binding().nodes()) {
            if (node.operation() instanceof Normalizations.BatchNorm norm) {
                checkTraining(norm);
            }
        }
    }

    private void unmoved(String name, double[] before) {
        double[] after = subject.parameters().get(name).toArray();
        int i = Arrays.mismatch(before, after);
        if (i >= 0) {
            failures.wrong(
                    name,
                    String.format(
                            "%s[%d]: expected inference to leave the running statistic %s, got %s",
                            name, i, before[i], after[i]));
        }
    }

    private void checkTraining(Normalizations.BatchNorm norm) {
        int channels = norm.x().shape().dim(1);
        double[] mean = new double[channels];
        double[] var = new double[channels];
        statistics(norm.x(), mean, var);
        compare(norm.mean(), mean, norm.spec().momentum());
        compare(norm.var(), var, norm.spec().momentum());
    }

    private void compare(Tensor running, double[] statistic, double m) {
        double[] before = values.states().get(running.name());
        double[] after = running.toArray();
        if (before == null) {
            return;
        }
        for (int c = 0; c < after.length; c++) {
            double expected = before[c] + m * (statistic[c] - before[c]);
            double scale = Math.abs(before[c]) + Math.abs(statistic[c]);
            double bound = subject.rounding() * scale + allowance.of(running);
            if (!(Math.abs(after[c] - expected) <= bound)) {
                failures.wrong(
                        running.name(),
                        String.format(
                                "%s[%d]: expected training to move the running statistic from %.12g"
                                        + " to %.12g, got %.12g",
                                running.name(), c, before[c], expected, after[c]));
                return;
            }
        }
    }

    private static void statistics(Tensor x, double[] mean, double[] var) {
        double[] values = x.toArray();
        int channels = mean.length;
        int inner = Math.toIntExact(x.shape().tail(2).size());
        int count = values.length / channels;
        for (int i = 0; i < values.length; i++) {
            mean[i / inner % channels] += values[i] / count;
        }
        for (int i = 0; i < values.length; i++) {
            int c = i / inner % channels;
            var[c] += (values[i] - mean[c]) * (values[i] - mean[c]) / (count - 1);
        }
    }
}
