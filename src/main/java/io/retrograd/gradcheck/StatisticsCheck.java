package io.retrograd.gradcheck;

import io.retrograd.backend.Binding;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Layers;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks running statistics: inference leaves them alone, and training moves them to the batch's.
 *
 * <pre>
 *   running ← running + m·(statistic − running)
 *
 *   mean[c] = Σ x / M        var[c] = Σ (x − mean[c])² / (M − 1)
 * </pre>
 *
 * The batch's statistics are computed here, from the input of each batch norm. The momentum m is
 * the layer's where the layer can be found from its path, else the one that the first channel shows
 * and all others must share.
 */
final class StatisticsCheck {
    private static final String BATCH_NORM = "batchNorm";
    private static final int X = 0;
    private static final int MEAN = 3;
    private static final int VAR = 4;

    private final Subject subject;
    private final Values values;
    private final Layer layer;
    private final List<String> failures;

    StatisticsCheck(Subject subject, Values values, Layer layer, List<String> failures) {
        this.subject = subject;
        this.values = values;
        this.layer = layer;
        this.failures = failures;
    }

    /** Runs forward from the values' statistics. */
    void run(boolean training) {
        subject.forward(values);
        if (!training) {
            values.states().forEach(this::unmoved);
            return;
        }
        for (Binding.Node node : subject.binding().nodes()) {
            if (node.kind().equals(BATCH_NORM)) {
                checkTraining(node);
            }
        }
    }

    private void unmoved(String name, double[] before) {
        double[] after = subject.parameters().get(name).toArray();
        int i = Arrays.mismatch(before, after);
        if (i >= 0) {
            failures.add(
                    String.format(
                            "%s[%d]: expected inference to leave the running statistic %s, got %s",
                            name, i, before[i], after[i]));
        }
    }

    private void checkTraining(Binding.Node node) {
        Tensor x = node.reads().get(X);
        int channels = x.shape().dim(1);
        double[] mean = new double[channels];
        double[] var = new double[channels];
        statistics(x, mean, var);
        Layer found = Layers.at(layer, node.path());
        Double momentum = found instanceof BatchNorm norm ? norm.momentum() : null;
        compare(node.reads().get(MEAN), mean, momentum);
        compare(node.reads().get(VAR), var, momentum);
    }

    private void compare(Tensor running, double[] statistic, @Nullable Double momentum) {
        double[] before = values.states().get(running.name());
        double[] after = running.toArray();
        if (before == null) {
            return;
        }
        double m =
                momentum != null ? momentum : (after[0] - before[0]) / (statistic[0] - before[0]);
        for (int c = 0; c < after.length; c++) {
            double expected = before[c] + m * (statistic[c] - before[c]);
            double scale = Math.abs(before[c]) + Math.abs(statistic[c]);
            if (!(Math.abs(after[c] - expected) <= subject.rounding() * scale)) {
                failures.add(
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
