package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.train.Model;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Samples that raise outputs and channels, with what the weights of penalties do. */
class FeatureVisualizationTest {
    private interface Check {
        void on(Attribution attribution);
    }

    private static void with(Layer network, PixelRange range, Check check) {
        try (Backend backend = Backends.open("reference");
                Model model = Networks.model(network, backend, 3);
                Attribution on = Attribution.of(model, range)) {
            check.on(on);
        }
    }

    /** Of a linear network each number is at one end of the range, by the sign of its weight. */
    @Test
    void aLinearClassIsItsWeights() {
        with(
                new Sequential(new Flatten(), new Linear(3)),
                PixelRange.of(-1, 3),
                on -> {
                    double[] w = on.model().parameter("1.weight");
                    FeatureVisualization method =
                            new FeatureVisualization().weights(0, 0).jitter(0);
                    double[] x = method.ofClass(on, 1).x();
                    for (int i = 0; i < x.length; i++) {
                        assertEquals(w[x.length + i] > 0 ? 3 : -1, x[i], 1e-12);
                    }
                });
    }

    /** Where the distance balances the slope: u = ½ + w / (2·l2·rms(w)). */
    @Test
    void theDistanceToGreyCosts() {
        with(
                new Sequential(new Flatten(), new Linear(3)),
                PixelRange.of(0, 2),
                on -> {
                    double[] w = on.model().parameter("1.weight");
                    FeatureVisualization method = new FeatureVisualization(2000, 0.001, 4, 0, 0, 1);
                    double[] x = method.ofClass(on, 2).x();
                    double[] row = Arrays.copyOfRange(w, 2 * x.length, 3 * x.length);
                    double squares = Numbers.sum(Numbers.product(row, row));
                    double rms = Math.sqrt(squares / row.length);
                    for (int i = 0; i < x.length; i++) {
                        assertEquals(1 + row[i] / (4 * rms), x[i], 5e-3);
                    }
                });
    }

    @Test
    void differencesOfNeighboursCost() {
        with(
                Networks.CONVOLUTIONS,
                PixelRange.unit(),
                on -> {
                    FeatureVisualization method = new FeatureVisualization();
                    double rough = variation(method.weights(0, 0).ofClass(on, 1).x());
                    double smooth = variation(method.weights(0, 2).ofClass(on, 1).x());
                    assertTrue(smooth < rough / 4, smooth + " of " + rough);
                });
    }

    private static double variation(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += i % 8 == 7 ? 0 : Math.abs(x[i + 1] - x[i]);
            sum += i / 8 % 8 == 7 ? 0 : Math.abs(x[i + 8] - x[i]);
        }
        return sum;
    }

    @Test
    void classesAndChannelsRise() {
        with(
                Networks.RESIDUAL,
                PixelRange.unit(),
                on -> {
                    FeatureVisualization method =
                            new FeatureVisualization().weights(0, 0.01).steps(60);
                    FeatureVisualization.Feature found = method.ofClass(on, 2);
                    assertEquals(found.last(), on.outputs(found.x(), 2)[0]);
                    assertTrue(found.last() > found.first());
                    for (int i = 0; i < 20; i++) {
                        assertTrue(found.last() > on.outputs(Networks.image(i), 2)[0]);
                    }
                    assertArrayEquals(found.x(), method.ofClass(on, 2).x());
                    assertTrue(!Arrays.equals(found.x(), method.seed(2).ofClass(on, 2).x()));
                    assertTrue(Arrays.stream(found.x()).allMatch(v -> v >= 0 && v <= 1));

                    FeatureVisualization.Feature channel = method.ofChannel(on, "3.body.0", 5);
                    double[] a = on.model().activations(channel.x(), "3.body.0");
                    double mean = Numbers.sum(Arrays.copyOfRange(a, 80, 96)) / 16;
                    assertEquals(mean, channel.last(), 1e-12);
                    assertTrue(channel.last() > channel.first());
                    assertThrows(
                            IllegalArgumentException.class, () -> method.ofChannel(on, "5", 0));
                    assertThrows(
                            IllegalArgumentException.class, () -> method.ofChannel(on, "4", 8));
                });
    }
}
