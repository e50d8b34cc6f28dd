package io.retrograd.attribution;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Philox;
import java.util.Arrays;

/**
 * The mean of {@link Saliency} over noisy copies of the sample, {@code (1/n) Σ |dz/dx(x + σ·ν)|}, ν
 * normal.
 *
 * <p>Source: D. Smilkov et al., SmoothGrad: removing noise by adding noise, 2017.
 *
 * @param samples n, at least 1
 * @param noise σ as a share of the range of each channel, at least 0; with 0 it is {@link Saliency}
 * @param seed of the noise
 */
public record SmoothGrad(int samples, double noise, long seed) implements Method {
    private static final int BATCH = 16;

    public SmoothGrad {
        Checks.atLeast("SmoothGrad", "samples", 1, samples);
        if (!(noise >= 0) || Double.isInfinite(noise)) {
            throw new IllegalArgumentException(
                    "SmoothGrad: expected noise of at least 0, got " + noise);
        }
    }

    /** Of 48 copies, with noise of 0.15. */
    public SmoothGrad() {
        this(48, 0.15, /* seed= */ 1);
    }

    /** The same with another noise. */
    public SmoothGrad noise(double share) {
        return new SmoothGrad(samples, share, seed);
    }

    /** The same with as many copies. */
    public SmoothGrad samples(int count) {
        return new SmoothGrad(count, noise, seed);
    }

    /** The same with other noise. */
    public SmoothGrad seed(long number) {
        return new SmoothGrad(samples, noise, number);
    }

    @Override
    public String name() {
        return "smoothgrad";
    }

    @Override
    public boolean takesAll() {
        return true;
    }

    @Override
    public Explanation explain(Attribution on, double[] x, int target) {
        double[] widths = on.range().widths(on.sampleShape());
        double[] mean = new double[x.length];
        int batch = Math.min(BATCH, samples);
        for (int first = 0; first < samples; first += batch) {
            double[] copies = new double[batch * x.length];
            int begin = first;
            Arrays.setAll(
                    copies,
                    i -> {
                        double normal = Philox.normal(seed, begin + i / x.length, i % x.length);
                        return x[i % x.length] + noise * widths[i % x.length] * normal;
                    });
            double[] gradients = on.gradient(copies, target);
            int count = Math.min(batch, samples - first);
            for (int i = 0; i < count * x.length; i++) {
                mean[i % x.length] += Math.abs(gradients[i]) / samples;
            }
        }
        return new Explanation(name(), target, on.sampleShape(), mean, Explanation.Pixel.LARGEST);
    }
}
