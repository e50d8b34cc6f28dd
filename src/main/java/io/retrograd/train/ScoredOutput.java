package io.retrograd.train;

import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.metric.Accuracy;
import io.retrograd.metric.Metric;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A metric of one of a network's outputs.
 *
 * @param name its name in results
 * @param target the target that the output is compared with
 * @param sample the shape of a sample's output
 */
record ScoredOutput(String name, String output, String target, Metric metric, Shape sample) {
    /** The accuracy of each output with class labels, or probabilities of classes. */
    static List<ScoredOutput> accuracies(BoundNetwork network) {
        List<ScoredOutput> scores = new ArrayList<>();
        for (BoundLoss loss : network.losses()) {
            Integer ignored =
                    loss.term().loss() instanceof Loss single ? single.ignoredLabel() : null;
            if (ignored != null) {
                scores.add(of(network, loss, loss.outputs().get(0), new Accuracy(ignored)));
            } else if (ofProbabilities(network, loss)) {
                scores.add(of(network, loss, loss.outputs().get(0), new Accuracy()));
            }
        }
        return scores;
    }

    /** Whether a loss takes the probabilities of a sample's classes. */
    static boolean ofProbabilities(BoundNetwork network, BoundLoss loss) {
        Tensor output = network.outputs().get(loss.outputs().get(0));
        return loss.term().loss() instanceof CrossEntropy given
                && given.probabilities()
                && output != null
                && output.shape().rank() == 2;
    }

    /**
     * A batch's targets as labels: of probabilities the likeliest class.
     *
     * @param target what the loss takes
     * @return the same array where it has labels, or the metric takes others
     */
    double[] labels(double[] target, int samples) {
        int classes = sample.rank() == 1 ? sample.dim(0) : 1;
        if (!(metric instanceof Accuracy) || classes == 1 || target.length != samples * classes) {
            return target;
        }
        double[] labels = new double[samples];
        for (int n = 0; n < samples; n++) {
            int likeliest = 0;
            for (int c = 1; c < classes; c++) {
                likeliest =
                        target[n * classes + c] > target[n * classes + likeliest] ? c : likeliest;
            }
            labels[n] = likeliest;
        }
        return labels;
    }

    /** These metrics, by output: the empty name for the only one. */
    static List<ScoredOutput> of(BoundNetwork network, List<Map.Entry<String, Metric>> metrics) {
        List<ScoredOutput> scores = new ArrayList<>();
        for (Map.Entry<String, Metric> entry : metrics) {
            String output = entry.getKey();
            if (output.isEmpty()) {
                Named.only("metric " + entry.getValue().name(), network.outputs());
                output = network.outputs().keySet().iterator().next();
            }
            scores.add(of(network, output, entry.getValue()));
        }
        return scores;
    }

    private static ScoredOutput of(BoundNetwork network, String output, Metric metric) {
        for (BoundLoss loss : network.losses()) {
            if (loss.target() != null && loss.outputs().contains(output)) {
                return of(network, loss, output, metric);
            }
        }
        throw new IllegalArgumentException(
                String.format(
                        "Trainer: expected the metric %s of an output that a loss compares with a"
                                + " target, got %s",
                        metric.name(), output));
    }

    private static ScoredOutput of(
            BoundNetwork network, BoundLoss loss, String output, Metric metric) {
        String prefix = network.outputs().size() > 1 ? output + "." : "";
        Shape sample = Objects.requireNonNull(network.outputs().get(output)).shape().tail(1);
        metric.start(sample);
        return new ScoredOutput(
                prefix + metric.name(), output, loss.term().target(), metric, sample);
    }
}
