package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.tensor.Shape;
import io.retrograd.train.GradientOptions;
import io.retrograd.train.GradientPass;
import io.retrograd.train.Gradients;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the norm of a gradient changes from layer to layer, against bounds and expectations. */
class DepthTest {
    private static final int DEPTH = 20;

    /** Of a mean factor over 19 layers of 32 units, whose theory is that of wide ones. */
    private static final double NARROW = 0.06;

    /** Of products that differ by powers of two; 0 is measured. */
    private static final double ROUNDING = 1e-14;

    private static Demonstrated run;

    @BeforeAll
    static void run() {
        run = Demonstrated.quick(new Depth());
    }

    /** ‖dL/dh‖ ≤ ‖W‖ · max σ′ · ‖dL/dh′‖, with σ′ ≤ ¼, in every layer. */
    @Test
    void aSigmoidPassesAQuarterAtMost() {
        DeepNetwork sigmoid = network("sigmoid, Xavier");
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(sigmoid.layers(DEPTH), Shape.of(1, 8, 8), backend, 1)) {
            DigitBatch batch = DigitBatch.of(Digits.load(), first(64), 0, 64);
            List<Double> norms = Depth.norms(model, DEPTH, batch);
            for (int i = 0; i + 1 < DEPTH; i++) {
                String weight = DeepNetwork.paths(DEPTH).get(i + 1) + ".0.weight";
                double bound = spectralNorm(model.parameter(weight), DeepNetwork.WIDTH) / 4;
                double ratio = norms.get(i) / norms.get(i + 1);
                assertTrue(ratio <= bound, weight + ": " + ratio + " > " + bound);
            }
            assertTrue(norms.get(0) / norms.get(DEPTH - 1) < Math.pow(0.25, DEPTH - 1));
        }
    }

    private static int[] first(int count) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        return order;
    }

    /** The largest singular value, by 500 steps of the power method on WᵀW. */
    private static double spectralNorm(double[] w, int n) {
        double[] v = new double[n];
        Arrays.fill(v, 1);
        double norm = 0;
        for (int step = 0; step < 500; step++) {
            double[] u = new double[n];
            double[] next = new double[n];
            for (int i = 0; i < n * n; i++) {
                u[i / n] += w[i] * v[i % n];
            }
            for (int i = 0; i < n * n; i++) {
                next[i % n] += w[i] * u[i / n];
            }
            double length = Math.sqrt(Arrays.stream(next).map(a -> a * a).sum());
            norm = Math.sqrt(length);
            Arrays.setAll(v, i -> next[i] / length);
        }
        return norm;
    }

    /** ReLU is homogeneous: twice the weights pass twice the same gradient on, in each layer. */
    @Test
    void twiceTheWeightsPassTwiceTheGradient() {
        double[] once = passed("ReLU, Kaiming");
        double[] twice = passed("ReLU, twice Kaiming");
        for (int i = 0; i < DEPTH; i++) {
            double expected = once[i] * Math.pow(2, DEPTH - 1 - i);
            assertEquals(expected, twice[i], ROUNDING * expected, "layer " + i);
        }
        assertEquals(2 * factor("ReLU, Kaiming"), factor("ReLU, twice Kaiming"), 0.02);
    }

    /** The norms at the hidden layers of the gradient of the first logit. */
    private static double[] passed(String name) {
        List<String> paths = DeepNetwork.paths(DEPTH);
        GradientOptions options = GradientOptions.train().activations(paths.toArray(String[]::new));
        double[] dy = new double[64 * 10];
        for (int n = 0; n < 64; n++) {
            dy[10 * n] = 1;
        }
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(network(name).layers(DEPTH), Shape.of(1, 8, 8), backend, 1);
                GradientPass pass = new GradientPass(model, 64, options)) {
            Gradients gradients =
                    pass.run(DigitBatch.of(Digits.load(), first(64), 0, 64).pixels(), dy);
            return paths.stream()
                    .mapToDouble(path -> norm(gradients.activationGradient(path)))
                    .toArray();
        }
    }

    private static double norm(double... values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    /** √½ and 1 for ReLU under Xavier's and Kaiming's first values, √2 with an added input. */
    @Test
    void widthsTheoryHolds() {
        for (String name :
                List.of("ReLU, Xavier", "ReLU, Kaiming", "ReLU, norm", "ReLU, residual")) {
            double expected = network(name).factor();
            assertEquals(expected, factor(name), NARROW * expected, name);
        }
        assertEquals(Math.sqrt(0.5), network("ReLU, Xavier").factor(), 1e-12);
        assertTrue(factor("tanh, Xavier") < 1);
        assertTrue(factor("sigmoid, norm") > 0.9, "batch norm keeps the sigmoid's gradient");
    }

    /** With batch norm in its branch, layer l adds variance 1 to l: √(l + 1) / √l, √20 in all. */
    @Test
    void residualsWithNormGrowByTheRootOfTheDepth() {
        JsonNode start = start("ReLU, residual, norm");
        double whole = start.get(0).asDouble() / start.get(DEPTH - 1).asDouble();
        assertTrue(whole > Math.sqrt(DEPTH) / 2.5 && whole < 2.5 * Math.sqrt(DEPTH), "" + whole);
    }

    private static DeepNetwork network(String name) {
        return Depth.all().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    }

    private static JsonNode of(String name) {
        for (JsonNode each : run.numbers().get("runs")) {
            if (each.get("name").asText().equals(name) && each.get("depth").asInt() == DEPTH) {
                return each;
            }
        }
        throw new AssertionError(name);
    }

    private static JsonNode start(String name) {
        return of(name).get("start");
    }

    private static double factor(String name) {
        return of(name).get("factor").asDouble();
    }
}
