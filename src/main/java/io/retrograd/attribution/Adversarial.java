package io.retrograd.attribution;

import io.retrograd.tensor.Checks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples that a network takes for another class, though no number of them is changed by more than
 * ε times its range, and each stays within it.
 *
 * <pre>
 *   FGSM   x + ε·w·sign dL/dx                               w the width of the range
 *   PGD    x ← P(x + α·w·sign dL/dx)     α = 2.5·ε/steps    P the nearest within ε and the range
 * </pre>
 *
 * L is the cross-entropy of the class that a sample has. PGD begins with FGSM's sample and takes
 * the first that deceives the network, or else the one with the largest loss.
 *
 * <p>Sources: I. Goodfellow, J. Shlens, C. Szegedy, Explaining and harnessing adversarial examples,
 * ICLR 2015; A. Madry et al., Towards deep learning models resistant to adversarial attacks, ICLR
 * 2018.
 *
 * @param steps of PGD, at least 1
 */
public record Adversarial(int steps) {
    public Adversarial {
        Checks.atLeast("Adversarial", "steps", 1, steps);
    }

    /** With 20 steps. */
    public Adversarial() {
        this(20);
    }

    /** A changed sample, which deceives a network or does not. Immutable. */
    public static final class Example {
        private final double[] x;
        private final int predicted;
        private final double loss;
        private final boolean deceives;

        private Example(double[] x, int predicted, double loss, boolean deceives) {
            this.x = x;
            this.predicted = predicted;
            this.loss = loss;
            this.deceives = deceives;
        }

        /** The sample, row-major. */
        public double[] x() {
            return x.clone();
        }

        /** The class that it is taken for. */
        public int predicted() {
            return predicted;
        }

        /** The cross-entropy of the class that it has. */
        public double loss() {
            return loss;
        }

        /** Whether it is taken for another class than it has. */
        public boolean deceives() {
            return deceives;
        }
    }

    /**
     * How many samples deceive a network.
     *
     * @param epsilon the largest change, as a share of the range
     * @param fgsm the share of samples that FGSM makes deceive it
     * @param pgd the share that PGD does
     */
    public record Point(double epsilon, double fgsm, double pgd) {}

    /**
     * The fast gradient sign method.
     *
     * @param label the class that the sample has
     * @param epsilon the largest change, as a share of the range, from 0 to 1
     */
    public Example fgsm(Attribution on, double[] x, int label, double epsilon) {
        check(on, x, label, epsilon);
        return at(on, step(on, x, x, label, epsilon, epsilon), label);
    }

    /** Projected gradient descent, up the loss. */
    public Example pgd(Attribution on, double[] x, int label, double epsilon) {
        check(on, x, label, epsilon);
        Example best = at(on, step(on, x, x, label, epsilon, epsilon), label);
        double rate = 2.5 * epsilon / steps;
        double[] place = x;
        for (int i = 0; i < steps && !best.deceives; i++) {
            place = step(on, x, place, label, rate, epsilon);
            Example next = at(on, place, label);
            best = next.deceives || next.loss > best.loss ? next : best;
        }
        return best;
    }

    /**
     * The shares of samples that deceive a network, over ε.
     *
     * @param samples those that count, each row-major. Not modified.
     * @param labels the class that each has
     */
    public List<Point> curve(
            Attribution on, List<double[]> samples, List<Integer> labels, double... epsilons) {
        List<Point> points = new ArrayList<>();
        for (double epsilon : epsilons) {
            int fgsm = 0;
            int pgd = 0;
            for (int i = 0; i < samples.size(); i++) {
                fgsm += fgsm(on, samples.get(i), labels.get(i), epsilon).deceives ? 1 : 0;
                pgd += pgd(on, samples.get(i), labels.get(i), epsilon).deceives ? 1 : 0;
            }
            double count = Math.max(1, samples.size());
            points.add(new Point(epsilon, fgsm / count, pgd / count));
        }
        return points;
    }

    private static void check(Attribution on, double[] x, int label, double epsilon) {
        on.check("Adversarial", x, label);
        if (!(epsilon >= 0 && epsilon <= 1)) {
            throw new IllegalArgumentException(
                    "Adversarial: expected an epsilon from 0 to 1, got " + epsilon);
        }
    }

    /** A step from a place, and from there back to within ε of the sample and the range. */
    private static double[] step(
            Attribution on, double[] x, double[] from, int label, double rate, double epsilon) {
        double[] gradient = on.lossGradient(from, label);
        double[] low = on.range().lows(on.sampleShape());
        double[] high = on.range().highs(on.sampleShape());
        double[] to = new double[x.length];
        Arrays.setAll(
                to,
                i -> {
                    double width = high[i] - low[i];
                    double moved = from[i] + rate * width * Math.signum(gradient[i]);
                    double least = Math.max(low[i], x[i] - epsilon * width);
                    double most = Math.min(high[i], x[i] + epsilon * width);
                    return Math.max(least, Math.min(most, moved));
                });
        return to;
    }

    private static Example at(Attribution on, double[] x, int label) {
        double[] y = on.model().predict(x);
        int top = Numbers.top(y);
        double sum = 0;
        for (double logit : y) {
            sum += Math.exp(logit - y[top]);
        }
        return new Example(x, top, Math.log(sum) + y[top] - y[label], top != label);
    }
}
