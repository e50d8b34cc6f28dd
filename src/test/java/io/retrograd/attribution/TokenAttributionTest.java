package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.model.CnnBiGru;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shares of tokens against closed forms, differences of outputs, and their own sum. */
class TokenAttributionTest {
    /** Four tokens, one of them twice, and padding. */
    private static final double[] TOKENS = {3, 7, 4, 3, 0, 0};

    private static final int DIM = 5;

    private static Model network(Backend backend) {
        CnnBiGru text = new CnnBiGru(9, 3, DIM, 6, 3, 1, 4, /* dropout= */ 0.3, /* padding= */ 0);
        return Model.create(text.network(), Shape.of(TOKENS.length), backend, /* seed= */ 2);
    }

    /** z = mean of e·w + b: the share of token t is e[t]·w / 4, by either method. */
    @Test
    void aLinearNetworksSharesAreItsTerms() {
        Sequential row =
                new Sequential(new Embedding(9, DIM, 0), new MeanOverTime(), new Linear(3));
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(new Padded(0, row), Shape.of(TOKENS.length), backend, 1);
                TokenAttribution attribution = TokenAttribution.of(model)) {
            double[] e = model.parameter("body.0.weight");
            double[] w = model.parameter("body.2.weight");
            double[] terms = new double[TOKENS.length];
            for (int t = 0; t < 4; t++) {
                int begin = DIM * (int) TOKENS[t];
                for (int d = 0; d < DIM; d++) {
                    terms[t] += e[begin + d] * w[2 * DIM + d] / 4;
                }
            }
            TokenAttribution.Shares integrated = attribution.integratedGradients(TOKENS, 2);
            assertArrayEquals(terms, array(integrated.values()), 1e-12);
            assertArrayEquals(terms, array(attribution.inputXGradient(TOKENS, 2).values()), 1e-12);
            double bias = model.parameter("body.2.bias")[2];
            Completeness sums = integrated.completeness();
            assertTrue(sums != null && sums.holds());
            assertEquals(model.predict(TOKENS)[2] - bias, sums.expected(), 1e-12);
        }
    }

    /** A token's share is the output's derivative by the size of its vector. */
    @Test
    void inputXGradientIsADerivative() {
        try (Backend backend = Backends.open("reference");
                Model model = network(backend);
                TokenAttribution attribution = TokenAttribution.of(model)) {
            double[] shares = array(attribution.inputXGradient(TOKENS, 1).values());
            double[] w = model.parameter("body.0.weight");
            double[] by = new double[10];
            for (int token : new int[] {3, 4, 7}) {
                double step = 1e-5;
                by[token] = (scaled(model, w, token, step) - scaled(model, w, token, -step));
                by[token] /= 2 * step;
            }
            // Token 3 stands at two places.
            assertEquals(by[3], shares[0] + shares[3], 1e-8);
            assertEquals(by[7], shares[1], 1e-8);
            assertEquals(by[4], shares[2], 1e-8);
            assertEquals(0, shares[4]);
        }
    }

    private static double scaled(Model model, double[] w, int token, double step) {
        double[] changed = w.clone();
        for (int d = 0; d < DIM; d++) {
            changed[token * DIM + d] *= 1 + step;
        }
        model.setParameter("body.0.weight", changed);
        double z = model.predict(TOKENS)[1];
        model.setParameter("body.0.weight", w);
        return z;
    }

    @Test
    void integratedSharesSumToTheDifferenceAndLeaveTheModel() {
        try (Backend backend = Backends.open("reference");
                Model model = network(backend);
                TokenAttribution attribution = TokenAttribution.of(model)) {
            double[] w = model.parameter("body.0.weight");
            double end = model.predict(TOKENS)[1];
            TokenAttribution.Shares found = attribution.integratedGradients(TOKENS, 1);
            assertArrayEquals(w, model.parameter("body.0.weight"), 0);
            model.setParameter("body.0.weight", new double[w.length]);
            double start = model.predict(TOKENS)[1];
            double sum = found.values().stream().mapToDouble(v -> v).sum();
            assertEquals(end - start, sum, 0.01 * Math.abs(end - start));
            Completeness sums = found.completeness();
            assertTrue(sums != null);
            assertEquals(end - start, sums.expected(), 1e-12);
            assertEquals(sum, sums.sum(), 1e-12);
        }
    }

    @Test
    void refusesWhatItCannotExplain() {
        try (Backend backend = Backends.open("reference");
                Model numbers =
                        Model.create(
                                new Sequential(new Linear(3), new Relu()),
                                Shape.of(4),
                                backend,
                                1);
                Model model = network(backend);
                TokenAttribution attribution = TokenAttribution.of(model)) {
            assertThrows(IllegalArgumentException.class, () -> TokenAttribution.of(numbers));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> attribution.inputXGradient(new double[5], 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> attribution.integratedGradients(TOKENS, 3));
        }
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(v -> v).toArray();
    }
}
