package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Descent against the closed form and the curvature of a quadratic loss. */
class RegressionTest {
    /** Of the distance to the closed form after 400 steps; 1e-15 is measured. */
    private static final double CLOSE = 1e-6;

    /** Of a factor a step, over the hundred steps in which it is measured; 4e-5 is measured. */
    private static final double FACTOR = 5e-4;

    private static Demonstrated run;

    @BeforeAll
    static void run() {
        run = Demonstrated.quick(new Regression());
    }

    /** The derivatives at the closed form, which the points alone give, are 0. */
    @Test
    void theClosedFormIsTheBottom() {
        Points points = Points.draw(40, 1);
        double w = run.number("/closed_form/w");
        double b = run.number("/closed_form/b");
        double dw = 0;
        double db = 0;
        for (int i = 0; i < points.count(); i++) {
            double error = w * points.x()[i] + b - points.y()[i];
            dw += error * points.x()[i];
            db += error;
        }
        assertEquals(0, dw, 1e-12);
        assertEquals(0, db, 1e-12);
    }

    @Test
    void descentEndsAtTheClosedForm() {
        JsonNode descent = run.numbers().at("/methods/0");
        assertEquals("gradient descent", descent.get("name").asText());
        int last = descent.get("w").size() - 1;
        assertEquals(run.number("/closed_form/w"), descent.get("w").get(last).asDouble(), CLOSE);
        assertEquals(run.number("/closed_form/b"), descent.get("b").get(last).asDouble(), CLOSE);
        for (int method = 1; method <= 2; method++) {
            assertTrue(run.number("/methods/" + method + "/distance") < CLOSE);
        }
        assertTrue(run.number("/methods/3/distance") > 1e-3, "batches of 4 do not settle");
    }

    /** In the last steps only the slowest curvature is left: the distance shrinks by 1 − rate·λ. */
    @Test
    void descentIsAsFastAsTheCurvatureSays() {
        double rate = run.number("/methods/0/learning_rate");
        double expected = 1 - rate * run.number("/curvature/small");
        double[] distances = distances(0);
        assertEquals(expected, distances[101] / distances[100], 1e-9);
        assertEquals(run.number("/methods/0/predicted_factor"), expected, 1e-15);
    }

    /** The distance under momentum 0.9 swings below √0.9 to the power of the step. */
    @Test
    void momentumIsAsFastAsItsRoots() {
        double[] distances = distances(1);
        double top = peak(distances, 50);
        double later = peak(distances, 250);
        assertEquals(Math.sqrt(0.9), Math.pow(later / top, 1.0 / 200), 5e-3);
    }

    @Test
    void aboveTheLimitTheDistanceGrows() {
        double rate = run.number("/too_fast/learning_rate");
        double expected = rate * run.number("/curvature/large") - 1;
        assertEquals(expected, run.number("/too_fast/factor"), FACTOR);
        assertTrue(expected > 1);
    }

    private static double[] distances(int method) {
        JsonNode path = run.numbers().at("/methods/" + method);
        return IntStream.range(0, path.get("w").size())
                .mapToDouble(
                        i ->
                                Math.hypot(
                                        path.get("w").get(i).asDouble()
                                                - run.number("/closed_form/w"),
                                        path.get("b").get(i).asDouble()
                                                - run.number("/closed_form/b")))
                .toArray();
    }

    /** The largest of 30 distances. */
    private static double peak(double[] distances, int from) {
        return IntStream.range(from, from + 30).mapToDouble(i -> distances[i]).max().orElseThrow();
    }
}
