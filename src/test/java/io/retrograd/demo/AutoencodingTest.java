package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Autoencoders against principal components, and these against mathematics. */
class AutoencodingTest {
    private static final int SIZE = 7;

    /** Points that lie along few directions, more or less. */
    private static double[][] samples() {
        SplittableRandom random = new SplittableRandom(5);
        double[][] directions = new double[SIZE][SIZE];
        for (double[] direction : directions) {
            Arrays.setAll(direction, i -> random.nextGaussian());
        }
        double[][] samples = new double[60][SIZE];
        for (double[] x : samples) {
            for (int k = 0; k < SIZE; k++) {
                double weight = random.nextGaussian() / (1 + k);
                double[] direction = directions[k];
                Arrays.setAll(x, i -> x[i] + weight * direction[i]);
            }
            x[0] += 3;
        }
        return samples;
    }

    @Test
    void componentsAreOrthonormalEigenvectors() {
        double[][] samples = samples();
        Pca pca = Pca.of(samples);
        double[] mean = pca.decode();
        for (int k = 0; k < SIZE; k++) {
            double[] v = pca.component(k);
            double[] image = new double[SIZE];
            for (double[] x : samples) {
                double along = 0;
                for (int i = 0; i < SIZE; i++) {
                    along += v[i] * (x[i] - mean[i]);
                }
                double each = along / samples.length;
                Arrays.setAll(image, i -> image[i] + each * (x[i] - mean[i]));
            }
            double variance = pca.variances()[k];
            assertArrayEquals(Arrays.stream(v).map(e -> variance * e).toArray(), image, 1e-12);
            for (int other = 0; other <= k; other++) {
                double[] w = pca.component(other);
                double product = 0;
                for (int i = 0; i < SIZE; i++) {
                    product += v[i] * w[i];
                }
                assertEquals(other == k ? 1 : 0, product, 1e-12);
            }
            assertTrue(k == 0 || variance <= pca.variances()[k - 1]);
        }
        double[][] again = new double[samples.length][];
        Arrays.setAll(again, n -> pca.reconstruct(samples[n], 3));
        assertEquals(pca.error(3), Codes.error(samples, again), 1e-12);
    }

    /** The shares of the variance as scikit-learn's PCA gives them for its digits, unscaled. */
    @Test
    void componentsOfDigitsAreThoseOfScikitLearn() {
        double[] variances = Pca.of(Dbn.rows(Digits.load())).variances();
        double all = Arrays.stream(variances).sum();
        double[] shares = {0.14890594, 0.13618771, 0.11794594, 0.08409979};
        for (int k = 0; k < shares.length; k++) {
            assertEquals(shares[k], variances[k] / all, 1e-7, "component " + k);
        }
    }

    /** Baldi and Hornik: no local minimum is worse, and the least error is that of components. */
    @Test
    void aLinearAutoencoderIsAsGoodAsComponents() {
        double[][] samples = samples();
        Pca pca = Pca.of(samples);
        try (Backend backend = Backends.open("reference")) {
            for (int k = 1; k <= 3; k++) {
                Fitted linear = Codes.linear(backend, k, 2000, /* seed= */ k, samples);
                double error = Codes.error(samples, linear.predict(backend, samples));
                // What the minimizer leaves: at most 3e-6 of the error here.
                assertEquals(pca.error(k), error, 1e-5 * pca.error(k), k + " numbers");
                assertTrue(error > pca.error(k) * (1 - 1e-12), "none is better");
            }
        }
    }

    /** In directions: x is normal with variance λ, so the least error is Σ λσ² / (λ + σ²). */
    @Test
    void theLinearGuessLeavesTheErrorOfTheory() {
        double[][] digits = Dbn.rows(Digits.load());
        Pca pca = Pca.of(digits);
        double variance = 0.25;
        double[][] noisy =
                new Corrupted(Shape.of(64), Corrupted.Noise.gaussian(0.5), digits).noisy(1);
        // 115,008 squares of normal numbers: a standard error of √2 / 339 of their mean.
        assertEquals(variance, Codes.error(digits, noisy), 4 * variance * Math.sqrt(2) / 339);
        double[][] guesses = new double[digits.length][];
        Arrays.setAll(guesses, n -> pca.denoise(noisy[n], variance));
        double least =
                Arrays.stream(pca.variances()).map(l -> l * variance / (l + variance)).sum() / 64;
        assertEquals(least, Codes.error(digits, guesses), 0.02 * least);
    }

    @Test
    void maskingSetsAShareToZero() {
        int zeros = 0;
        for (int i = 0; i < 10_000; i++) {
            double x = Corrupted.Noise.masking(0.2).of(1, i, new Draw(1, 7));
            zeros += x == 0 ? 1 : 0;
        }
        // 5 standard deviations of √(10,000 · 0.2 · 0.8) = 40.
        assertEquals(2000, zeros, 200);
    }

    @Test
    void layersOneByOneAreAStartForTheWhole() {
        double[][] digits = Arrays.copyOf(Dbn.rows(Digits.load()), 200);
        try (Backend backend = Backends.open("reference")) {
            Fitted layers = StackedAutoencoder.layerwise(backend, 40, /* seed= */ 1, digits);
            double before = Codes.error(digits, layers.predict(backend, digits));
            Fitted whole = StackedAutoencoder.fineTune(layers, backend, 60, 1, digits);
            double after = Codes.error(digits, whole.predict(backend, digits));
            double mean = Pca.of(digits).error(0);
            assertTrue(before < mean && after < 0.75 * mean, before + ", " + after);
            Fitted encoder = whole.first(StackedAutoencoder.encoder(), backend);
            assertEquals(2, encoder.predict(backend, digits)[0].length);
        }
    }

    @Test
    void neighboursAreCounted() {
        double[][] places = {{0, 0}, {0, 1}, {5, 5}, {5, 6}, {9, 0}};
        assertEquals(0.6, Codes.neighbours(places, 1, 1, 2, 3, 2), 0);
    }

    @Test
    void tellsWhatItFound() {
        Demonstrated demo = Demonstrated.quick(new Autoencoding());
        double components = demo.number("/errors_with_2_numbers/principal components");
        double linear = demo.number("/errors_with_2_numbers/linear autoencoder");
        // On unseen digits the two differ by what is left to minimize.
        assertEquals(components, linear, 0.05 * components);
        assertTrue(components < demo.number("/error_of_the_mean"));
        assertEquals(0.25, demo.number("/errors_of_denoised/noisy digits"), 0.03);
        double guess = demo.number("/errors_of_denoised/the best linear guess");
        assertTrue(guess < demo.number("/errors_of_denoised/16 principal components"));
        assertEquals(4, demo.numbers().get("errors_of_denoised").size(), demo.account());
    }
}
