package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Gelu;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each method is by its definition, on the reference, in float64. */
class AttributionTest {
    /** Of values near 0.1, sums of up to 128 products; worst 3e-17. */
    private static final double ROUNDING = 1e-15;

    private interface Check {
        void on(Attribution attribution, double[] x);
    }

    private static void with(Layer network, Check check) {
        try (Backend backend = Backends.open("reference");
                Model model = Networks.model(network, backend, 3);
                Attribution attribution = Attribution.of(model)) {
            check.on(attribution, Networks.image(5));
        }
    }

    @Test
    void saliencyIsTheGradientsMagnitude() {
        with(
                Networks.CONVOLUTIONS,
                (on, x) -> {
                    double[] gradient = on.model().gradients(x, 2).input();
                    Explanation map = on.explain(new Saliency(), x, 2);
                    assertArrayEquals(Numbers.magnitudes(gradient), map.values());
                    double[] heat = new double[64];
                    for (int i = 0; i < 64; i++) {
                        heat[i] = Math.max(Math.abs(gradient[i]), Math.abs(gradient[64 + i]));
                    }
                    assertArrayEquals(heat, map.heat());
                });
    }

    @Test
    void smoothGradWithoutNoiseIsSaliency() {
        with(
                Networks.CONVOLUTIONS,
                (on, x) -> {
                    double[] plain = on.explain(new Saliency(), x, 1).values();
                    SmoothGrad smooth = new SmoothGrad().samples(21);
                    assertArrayEquals(plain, on.explain(smooth.noise(0), x, 1).values(), ROUNDING);
                    double[] noisy = on.explain(smooth, x, 1).values();
                    assertTrue(distance(plain, noisy) > 1e-3);
                    assertArrayEquals(noisy, on.explain(smooth, x, 1).values());
                    assertTrue(distance(noisy, on.explain(smooth.seed(2), x, 1).values()) > 1e-4);
                });
    }

    /** The mean over copies is that of each copy's saliency. */
    @Test
    void smoothGradIsAMeanOfSaliencies() {
        with(
                Networks.SMOOTH,
                (on, x) -> {
                    double[] one = on.explain(new SmoothGrad().samples(1), x, 1).values();
                    double[] two = on.explain(new SmoothGrad().samples(2), x, 1).values();
                    double[] many = on.explain(new SmoothGrad().samples(400), x, 1).values();
                    double[] others = on.explain(new SmoothGrad(400, 0.15, 9), x, 1).values();
                    assertTrue(distance(many, others) < distance(one, two));
                });
    }

    private static double distance(double[] a, double[] b) {
        return Arrays.stream(Numbers.difference(a, b)).map(Math::abs).max().orElse(0);
    }

    /** Euler's theorem: a piecewise linear network without biases is its gradient times x. */
    @Test
    void inputTimesGradientSumsToTheOutput() {
        with(
                Networks.WITHOUT_BIAS,
                (on, x) -> {
                    for (int c = 0; c < Networks.CLASSES; c++) {
                        double[] values = on.explain(new InputXGradient(), x, c).values();
                        assertEquals(on.outputs(x, c)[0], Numbers.sum(values), ROUNDING);
                    }
                });
    }

    /** Sums are the outputs' difference within the error that the quadrature estimates itself. */
    @ParameterizedTest
    @ValueSource(ints = {17, 65, 513})
    void integratedGradientsAreComplete(int most) {
        for (Layer network : List.of(Networks.CONVOLUTIONS, Networks.RESIDUAL, Networks.SMOOTH)) {
            for (int seed = 1; seed <= 8; seed++) {
                try (Backend backend = Backends.open("reference");
                        Model model = Networks.model(network, backend, seed);
                        Attribution on = Attribution.of(model)) {
                    double[] x = Networks.image(seed);
                    double[] from = Networks.image(seed + 100);
                    IntegratedGradients method =
                            new IntegratedGradients().most(most).baseline(from).tolerance(1e-3);
                    Completeness sums = on.explain(method, x, 1).completeness();
                    double expected = on.outputs(x, 1)[0] - on.outputs(from, 1)[0];
                    assertEquals(expected, sums.expected(), ROUNDING);
                    assertTrue(sums.holds(), network + " " + seed + ": " + sums);
                }
            }
        }
    }

    /** The slope of a linear network is the same everywhere: no error, whatever the baseline. */
    @Test
    void integratedGradientsOfALinearNetwork() {
        with(
                new Sequential(new Flatten(), new Linear(3)),
                (on, x) -> {
                    double[] w = on.model().parameter("1.weight");
                    Explanation map = on.explain(new IntegratedGradients(), x, 1);
                    double[] row = Arrays.copyOfRange(w, 128, 256);
                    assertArrayEquals(Numbers.product(x, row), map.values(), ROUNDING);
                    assertTrue(map.completeness().error() < 1e-12);
                });
    }

    /** The class activation map, {@code Σₖ w·a}, divided by the number of places. */
    @Test
    void gradCamIsTheClassActivationMap() {
        with(
                Networks.RESIDUAL,
                (on, x) -> {
                    double[] w = on.model().parameter("6.weight");
                    double[] a = on.model().activations(x, "4");
                    int places = a.length / 8;
                    for (int c = 0; c < Networks.CLASSES; c++) {
                        double[] cam = new double[places];
                        for (int i = 0; i < a.length; i++) {
                            cam[i % places] += w[8 * c + i / places] * a[i] / places;
                        }
                        Arrays.setAll(cam, i -> Math.max(0, cam[i]));
                        ActivationMap map = new GradCam().map(on, x, c);
                        assertEquals("4", map.layer());
                        assertEquals(4, map.height());
                        assertArrayEquals(cam, map.values(), ROUNDING);
                    }
                });
    }

    /** Against weights from the derivatives of {@code exp(z)}, as the paper derives them. */
    @Test
    void gradCamPlusPlusIsThePapers() {
        with(
                Networks.CONVOLUTIONS,
                (on, x) -> {
                    double[] a = on.model().activations(x, "4");
                    double[] g = on.gradients(on.model(), x, 2, "4").activationGradient("4");
                    double z = on.outputs(x, 2)[0];
                    double[] weights = new GradCamPlusPlus().map(on, x, 2).weights();
                    for (int k = 0; k < 8; k++) {
                        double sum = Numbers.sum(Arrays.copyOfRange(a, 16 * k, 16 * k + 16));
                        double weight = 0;
                        for (int i = 16 * k; i < 16 * k + 16; i++) {
                            double first = Math.exp(z) * g[i];
                            double second = Math.exp(z) * g[i] * g[i];
                            double third = Math.exp(z) * g[i] * g[i] * g[i];
                            double denominator = 2 * second + sum * third;
                            weight += second / denominator * Math.max(0, first);
                        }
                        assertEquals(weight, Math.exp(z) * weights[k], 1e-12);
                    }
                });
    }

    @Test
    void occlusionIsTheOutputsFall() {
        with(
                Networks.CONVOLUTIONS,
                (on, x) -> {
                    double[] heat = on.explain(new Occlusion(3, 2), x, 0).heat();
                    double whole = on.model().predict(x)[0];
                    int[] starts = {0, 2, 4, 5};
                    for (int i = 0; i < 64; i++) {
                        double sum = 0;
                        int count = 0;
                        for (int top : starts) {
                            for (int left : starts) {
                                if (covers(top, i / 8) && covers(left, i % 8)) {
                                    sum += whole - on.model().predict(hidden(x, top, left))[0];
                                    count++;
                                }
                            }
                        }
                        assertEquals(sum / count, heat[i], ROUNDING);
                    }
                });
    }

    private static boolean covers(int start, int at) {
        return at >= start && at < start + 3;
    }

    private static double[] hidden(double[] x, int top, int left) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            if (covers(top, i % 64 / 8) && covers(left, i % 8)) {
                y[i] = 0;
            }
        }
        return y;
    }

    /** By hand, down from the output of two linear layers. */
    @Test
    void otherBackwardsOfRelu() {
        Layer network =
                new Sequential(
                        new Flatten(),
                        new Linear(3).bias(false),
                        new Relu(),
                        new Linear(1).bias(false));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(1, 1, 2), backend, 1);
                Attribution on = Attribution.of(model)) {
            model.setParameter("1.weight", 1, 2, 3, -1, -5, 1);
            model.setParameter("3.weight", 2, -3, 4);
            double[] x = {1, 1}; // hidden 3, 2, -4
            assertArrayEquals(new double[] {2 - 9, 4 + 3}, on.gradient(x, 0));
            assertArrayEquals(new double[] {2, 4}, on.explain(new GuidedBackprop(), x, 0).values());
            assertArrayEquals(
                    new double[] {2 - 20, 4 + 4}, on.explain(new Deconvnet(), x, 0).values());
            model.setParameter("3.weight", 3, -3, 4);
            assertArrayEquals(new double[] {3, 6}, on.explain(new GuidedBackprop(), x, 0).values());
        }
    }

    /** A gate's sigmoid has its own derivative: of z = 2·h·g(h/4) by h, at h = 3. */
    @Test
    void gatesKeepTheirGradient() {
        Layer network =
                new Sequential(
                        new Flatten(),
                        new Linear(2).bias(false),
                        new Relu(),
                        new Gate(new Sequential(new Linear(1).bias(false), new Sigmoid())),
                        new Linear(1).bias(false));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(1, 1, 2), backend, 1);
                Attribution on = Attribution.of(model)) {
            model.setParameter("1.weight", 1, 2, -3, 1);
            model.setParameter("3.body.0.weight", 0.25, -7);
            model.setParameter("4.weight", 2, 5);
            double[] x = {1, 1}; // hidden 3, -2
            double g = 1 / (1 + Math.exp(-0.75));
            double slope = 2 * g + 2 * 3 * g * (1 - g) * 0.25;
            double[] expected = {slope, 2 * slope};
            assertArrayEquals(expected, on.explain(new GuidedBackprop(), x, 0).values(), 1e-14);
        }
    }

    @Test
    void namesWhatItCannotHandle() {
        with(
                new Sequential(new Flatten(), new Linear(6), new Gelu(), new Linear(2)),
                (on, x) -> {
                    refuses(on, new GuidedBackprop(), x, 1, "got Gelu at 2");
                    refuses(on, new GradCam(), x, 1, "a convolution over pictures");
                    refuses(on, new GradCam("7"), x, 1, "got 7");
                    refuses(on, new Saliency(), x, 2, "a class from 0 to 1, got 2");
                    refuses(on, new Saliency(), new double[3], 1, "(2, 8, 8), got 3 values");
                    refuses(on, new IntegratedGradients().baseline(1), x, 1, "got 1 values");
                });
    }

    private static void refuses(
            Attribution on, Method method, double[] x, int target, String words) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> on.explain(method, x, target))
                        .getMessage();
        assertTrue(message.contains(words), message);
    }
}
