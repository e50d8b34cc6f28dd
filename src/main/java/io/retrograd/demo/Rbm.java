package io.retrograd.demo;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A restricted Boltzmann machine: visible units v and hidden units h, both 0 or 1, joined by
 * weights, with none among the visible and none among the hidden ones.
 *
 * <pre>
 *   v (V)    h (H)    w (H, V)    b (V) of the visible    c (H) of the hidden
 *
 *   p(v, h) ∝ exp(b·v + c·h + h·w·v)
 *   p(hⱼ = 1 | v) = σ(cⱼ + wⱼ·v)        p(vᵢ = 1 | h) = σ(bᵢ + h·w·ᵢ)
 *   p(v) ∝ exp(−F(v)),    F(v) = −b·v − Σⱼ log(1 + exp(cⱼ + wⱼ·v))
 *
 *   ∂ log p(v) / ∂w = p(h|v) vᵀ − ⟨p(h|v) vᵀ⟩ over the machine's own v
 * </pre>
 *
 * <p>The machine's own v cannot be summed over where there are many units: contrastive divergence
 * takes those that k steps of Gibbs sampling lead to from the data, or, persistently, from where
 * the steps before have led.
 *
 * <p>Sources: G. Hinton, Training products of experts by minimizing contrastive divergence, 2002;
 * T. Tieleman, Training restricted Boltzmann machines using approximations to the likelihood
 * gradient, ICML 2008.
 */
final class Rbm {
    private static final double FIRST_WEIGHTS = 0.01;

    final int visible;
    final int hidden;

    /** Row-major (H, V), as a linear layer's. */
    final double[] w;

    final double[] b;
    final double[] c;

    private final double[] dw;
    private final double[] db;
    private final double[] dc;

    /** A machine with small random weights. */
    Rbm(int visible, int hidden, SplittableRandom random) {
        this.visible = visible;
        this.hidden = hidden;
        w = new double[hidden * visible];
        b = new double[visible];
        c = new double[hidden];
        dw = new double[w.length];
        db = new double[visible];
        dc = new double[hidden];
        Arrays.setAll(w, i -> FIRST_WEIGHTS * random.nextGaussian());
    }

    /** The probabilities of the hidden units. */
    double[] up(double[] v) {
        double[] h = new double[hidden];
        Arrays.setAll(h, j -> sigmoid(input(v, j)));
        return h;
    }

    private double input(double[] v, int j) {
        double sum = c[j];
        for (int i = 0; i < visible; i++) {
            sum += w[j * visible + i] * v[i];
        }
        return sum;
    }

    /** The probabilities of the visible units. */
    double[] down(double[] h) {
        double[] v = b.clone();
        for (int j = 0; j < hidden; j++) {
            for (int i = 0; i < visible; i++) {
                v[i] += h[j] * w[j * visible + i];
            }
        }
        Arrays.setAll(v, i -> sigmoid(v[i]));
        return v;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** F(v), whose negative is the logarithm of v's probability, up to a constant. */
    double freeEnergy(double[] v) {
        double sum = 0;
        for (int i = 0; i < visible; i++) {
            sum -= b[i] * v[i];
        }
        for (int j = 0; j < hidden; j++) {
            double x = input(v, j);
            sum -= Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        }
        return sum;
    }

    /** Steps of Gibbs sampling: the hidden units of v, then the visible ones of those. */
    double[] gibbs(double[] v, int steps, SplittableRandom random) {
        double[] now = v;
        for (int k = 0; k < steps; k++) {
            now = drawn(down(drawn(up(now), random)), random);
        }
        return now;
    }

    private static double[] drawn(double[] probabilities, SplittableRandom random) {
        double[] units = new double[probabilities.length];
        Arrays.setAll(units, i -> random.nextDouble() < probabilities[i] ? 1 : 0);
        return units;
    }

    /** Adds {@code factor} times p(h|v) vᵀ, v and p(h|v) to the gradients of w, b and c. */
    void add(double factor, double[] v, double[] toW, double[] toB, double[] toC) {
        double[] h = up(v);
        for (int j = 0; j < hidden; j++) {
            toC[j] += factor * h[j];
            for (int i = 0; i < visible; i++) {
                toW[j * visible + i] += factor * h[j] * v[i];
            }
        }
        for (int i = 0; i < visible; i++) {
            toB[i] += factor * v[i];
        }
    }

    /** Has each visible unit be on as often as in samples, while weights are small. */
    void startAt(double[][] samples) {
        for (int i = 0; i < visible; i++) {
            int unit = i;
            double mean = Arrays.stream(samples).mapToDouble(v -> v[unit]).average().orElse(0.5);
            double inside = Math.max(FIRST_WEIGHTS, Math.min(1 - FIRST_WEIGHTS, mean));
            b[i] = Math.log(inside / (1 - inside));
        }
    }

    /**
     * One step uphill on the likelihood of samples, with momentum.
     *
     * @param data samples, probabilities too
     * @param own as many that the machine has drawn
     */
    void learn(double[][] data, double[][] own, double rate, double momentum, double weightDecay) {
        Arrays.setAll(dw, i -> momentum * dw[i] - rate * weightDecay * w[i]);
        Arrays.setAll(db, i -> momentum * db[i]);
        Arrays.setAll(dc, j -> momentum * dc[j]);
        for (int n = 0; n < data.length; n++) {
            add(rate / data.length, data[n], dw, db, dc);
            add(-rate / own.length, own[n], dw, db, dc);
        }
        Arrays.setAll(w, i -> w[i] + dw[i]);
        Arrays.setAll(b, i -> b[i] + db[i]);
        Arrays.setAll(c, j -> c[j] + dc[j]);
    }
}
