package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes stay small and within the range; more steps deceive more. */
class AdversarialTest {
    private static final int SAMPLES = 8;

    /** Of a number near 1 in float32. */
    private static final double ROUNDING = 2e-7;

    /** Ranges of two channels that are not those of pixels. */
    private static final PixelRange RANGE = new PixelRange(List.of(-2.0, 0.1), List.of(1.5, 0.9));

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void changesAreWithinEpsilonAndTheRange(String device) {
        try (Backend backend = Backends.open(device);
                Model model = Networks.model(Networks.CONVOLUTIONS, backend, 7);
                Attribution on = Attribution.of(model, RANGE)) {
            List<double[]> samples = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            for (int i = 0; i < SAMPLES; i++) {
                double[] x = Networks.image(i);
                for (int j = 0; j < x.length; j++) {
                    x[j] = j < 64 ? -2 + 3.5 * x[j] : 0.1 + 0.8 * x[j];
                }
                samples.add(x);
            }
            centre(model, samples);
            samples.forEach(x -> labels.add(on.top(x)));
            Adversarial method = new Adversarial();
            double[] epsilons = {0, 0.001, 0.004, 0.016, 0.064, 1};
            List<Adversarial.Point> curve = method.curve(on, samples, labels, epsilons);
            boolean apart = false;
            for (int e = 0; e < epsilons.length; e++) {
                Adversarial.Point point = curve.get(e);
                assertEquals(epsilons[e], point.epsilon());
                assertTrue(point.pgd() >= point.fgsm(), point.toString());
                apart |= point.pgd() > point.fgsm();
                for (int i = 0; i < SAMPLES; i++) {
                    double[] x = samples.get(i);
                    within(x, method.fgsm(on, x, labels.get(i), epsilons[e]), epsilons[e]);
                    within(x, method.pgd(on, x, labels.get(i), epsilons[e]), epsilons[e]);
                }
            }
            assertTrue(apart, curve.toString());
            assertEquals(0, curve.get(0).pgd());
            assertEquals(1, curve.get(5).pgd(), curve.toString());
        }
    }

    /** Makes the outputs' means 0, so that no class is that of all samples. */
    private static void centre(Model model, List<double[]> samples) {
        double[] bias = model.parameter("8.bias");
        for (double[] x : samples) {
            double[] y = model.predict(x);
            for (int c = 0; c < bias.length; c++) {
                bias[c] -= y[c] / samples.size();
            }
        }
        model.setParameter("8.bias", bias);
    }

    private static void within(double[] x, Adversarial.Example example, double epsilon) {
        double[] changed = example.x();
        for (int i = 0; i < x.length; i++) {
            double width = i < 64 ? 3.5 : 0.8;
            double low = i < 64 ? -2 : 0.1;
            double slack = ROUNDING * width;
            assertTrue(Math.abs(changed[i] - x[i]) <= epsilon * width + slack);
            assertTrue(changed[i] >= low - slack && changed[i] <= low + width + slack);
        }
    }

    /** Of two classes: up the difference of their rows of weights. */
    @Test
    void fgsmFollowsTheSignOfTheGradient() {
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(
                                new Sequential(new Flatten(), new Linear(2)),
                                Shape.of(1, 1, 3),
                                backend,
                                1);
                Attribution on = Attribution.of(model)) {
            model.setParameter("1.weight", 1, 2, 3, 2, 2.5, 1);
            model.setParameter("1.bias", 0, 0);
            double[] x = {0.5, 0.5, 0.95};
            Adversarial.Example found = new Adversarial().fgsm(on, x, 0, 0.1);
            assertArrayEquals(new double[] {0.6, 0.6, 0.85}, found.x(), 1e-15);
            assertEquals(0, found.predicted());
            double difference = 0.6 + 0.5 * 0.6 - 2 * 0.85;
            assertEquals(Math.log(1 + Math.exp(difference)), found.loss(), 1e-12);
            assertTrue(new Adversarial().pgd(on, x, 0, 0.6).deceives());
            assertArrayEquals(
                    new double[] {0.4, 0.4, 1}, new Adversarial().fgsm(on, x, 1, 0.1).x(), 1e-15);
            assertThrows(
                    IllegalArgumentException.class, () -> new Adversarial().fgsm(on, x, 2, 0.1));
            assertThrows(
                    IllegalArgumentException.class, () -> new Adversarial().pgd(on, x, 1, -0.1));
        }
    }
}
