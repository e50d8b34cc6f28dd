package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Relevances by hand, and what they sum to in each layer. */
class LayerWiseRelevanceTest {
    /** Relative, of sums of products down eight layers; worst 1.4e-15. */
    private static final double ROUNDING = 1e-14;

    private interface Check {
        void on(Attribution attribution, double[] x);
    }

    private static void with(Layer network, long seed, Check check) {
        try (Backend backend = Backends.open("reference");
                Model model = Networks.model(network, backend, seed);
                Attribution attribution = Attribution.of(model)) {
            check.on(attribution, Networks.image(seed));
        }
    }

    /** Where biases get nothing, and make nothing alone, each layer has the whole output. */
    @Test
    void relevanceIsConservedInEachLayer() {
        for (long seed = 1; seed <= 5; seed++) {
            for (Layer network : List.of(Networks.CONVOLUTIONS, Networks.WITHOUT_BIAS)) {
                conserved(network, seed, RelevanceRule.zPlus());
            }
            for (Layer network :
                    List.of(
                            Networks.CONVOLUTIONS,
                            Networks.WITHOUT_BIAS,
                            Networks.RESIDUAL,
                            Networks.SMOOTH,
                            Networks.GATED)) {
                conserved(network, seed, RelevanceRule.alphaBeta(2));
                conserved(network, seed, RelevanceRule.alphaBeta(1.5));
            }
        }
    }

    private static void conserved(Layer network, long seed, RelevanceRule rule) {
        with(
                network,
                seed,
                (on, x) -> {
                    onlyInputsContribute(on.model());
                    conserved(on, x, new LayerWiseRelevance(rule));
                });
    }

    /**
     * No bias is above 0, or with batch norm no bias at all; outputs have contributions above 0.
     */
    private static void onlyInputsContribute(Model model) {
        boolean norms = model.names().stream().anyMatch(name -> name.endsWith("running_mean"));
        double factor = norms ? 0 : -0.05;
        String last = "";
        for (String name : model.names()) {
            double[] sizes = Numbers.magnitudes(model.parameter(name));
            if (name.endsWith("bias") || name.endsWith("running_mean")) {
                model.setParameter(name, Arrays.stream(sizes).map(b -> factor * b).toArray());
            } else if (name.endsWith("weight")) {
                last = name;
            }
        }
        model.setParameter(last, Numbers.magnitudes(model.parameter(last)));
    }

    /** The ε-rule with ε 0, of a network without biases: the sample times the gradient. */
    @Test
    void theRuleOfEpsilon0IsInputTimesGradient() {
        with(
                Networks.WITHOUT_BIAS,
                4,
                (on, x) -> {
                    LayerWiseRelevance rule = new LayerWiseRelevance(RelevanceRule.epsilon(0));
                    conserved(on, x, rule);
                    double[] expected = on.explain(new InputXGradient(), x, 1).values();
                    assertArrayEquals(expected, on.explain(rule, x, 1).values(), ROUNDING);
                    double[] near =
                            on.explain(new LayerWiseRelevance(RelevanceRule.epsilon(1e-9)), x, 1)
                                    .values();
                    assertArrayEquals(expected, near, 1e-6);
                });
    }

    private static void conserved(Attribution on, double[] x, LayerWiseRelevance method) {
        int target = on.top(x);
        double output = on.outputs(x, target)[0];
        List<LayerWiseRelevance.LayerSum> sums = method.sums(on, x, target);
        int layers = ((Sequential) on.model().network()).layers().size();
        assertEquals(layers + 1, sums.size());
        for (LayerWiseRelevance.LayerSum layer : sums) {
            assertEquals(
                    output,
                    layer.sum(),
                    ROUNDING * Math.abs(output) + ROUNDING,
                    layer + " " + method);
        }
    }

    /** All goes to what passes: with w of (2, -1) and v, R = x·w·g(v·x). */
    @Test
    void whatComputesAGateGetsNothing() {
        Layer network =
                new Sequential(
                        new Flatten(),
                        new Gate(new Sequential(new Linear(1).bias(false), new Sigmoid())),
                        new Linear(1).bias(false));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(1, 1, 2), backend, 1);
                Attribution on = Attribution.of(model)) {
            model.setParameter("1.body.0.weight", 0.5, 1);
            model.setParameter("2.weight", 2, -1);
            double gate = 1 / (1 + Math.exp(-(0.5 * 3 + 1 * 4)));
            double[] x = {3, 4};
            values(on, RelevanceRule.epsilon(0), x, 3 * 2 * gate, -4 * gate);
            values(on, RelevanceRule.zPlus(), x, 2 * gate, 0);
        }
    }

    @Test
    void foldedBatchNormIsTheSameNetwork() {
        with(
                Networks.RESIDUAL,
                2,
                (on, x) -> {
                    RelevanceNetwork rebuilt =
                            new RelevanceNetwork(new LayerWiseRelevance(RelevanceRule.zPlus()));
                    Model other =
                            on.rebuilt(
                                    "test", () -> rebuilt.of(on.model().network()), rebuilt::fill);
                    assertArrayEquals(on.model().predict(x), other.predict(x), ROUNDING);
                });
    }

    /** z = (3·1 + 2·−1 + 1, −1·1 + −2·−1 + 0), the output 2·z₀ + z₁. */
    @Test
    void rulesByHand() {
        Layer network =
                new Sequential(new Flatten(), new Linear(2), new Relu(), new Linear(1).bias(false));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(1, 1, 2), backend, 1);
                Attribution on = Attribution.of(model)) {
            model.setParameter("1.weight", 3, 2, -1, -2);
            model.setParameter("1.bias", 1, 0);
            model.setParameter("3.weight", 2, 1);
            double[] x = {1, -1};
            assertArrayEquals(new double[] {5}, model.predict(x), 1e-15);
            // R = (4, 1); positive contributions (3, 0) and (0, 2), negative (0, -2) and (-1, 0)
            values(on, RelevanceRule.zPlus(), x, 4, 1);
            values(on, RelevanceRule.alphaBeta(2), x, 2 * 4 - 1, 2 - 4);
            values(on, RelevanceRule.epsilon(0), x, 4 * 3 / 2.0 - 1, -4 * 2 / 2.0 + 2);
            double rms = Math.sqrt((4 + 1) / 2.0);
            double first = 4 / (2 + 0.5 * rms);
            double second = 1 / (1 + 0.5 * rms);
            double whole = 5 / (5 + 0.5 * 5);
            values(
                    on,
                    RelevanceRule.epsilon(0.5),
                    x,
                    whole * (3 * first - second),
                    whole * (-2 * first + 2 * second));
        }
    }

    private static void values(Attribution on, RelevanceRule rule, double[] x, double... expected) {
        Explanation map = on.explain(new LayerWiseRelevance(rule), x, 0);
        assertArrayEquals(expected, map.values(), 1e-14, rule.toString());
        assertTrue(map.completeness().holds(), map.completeness().toString());
    }

    @Test
    void namesWhatItCannotHandle() {
        with(
                new Sequential(new Flatten(), new Linear(2), new Sigmoid()),
                1,
                (on, x) -> {
                    String message =
                            assertThrows(
                                            IllegalArgumentException.class,
                                            () -> on.explain(new LayerWiseRelevance(), x, 1))
                                    .getMessage();
                    assertTrue(message.contains("got Sigmoid at 2"), message);
                });
        assertThrows(IllegalArgumentException.class, () -> RelevanceRule.alphaBeta(0.5));
        assertThrows(IllegalArgumentException.class, () -> new RelevanceRule(0.1, 2, 1));
    }
}
