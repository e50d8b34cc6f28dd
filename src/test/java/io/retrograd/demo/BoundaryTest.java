package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a line can do in the plane, and what hidden layers do beyond it. */
class BoundaryTest {
    /** Three standard deviations of a share of 1000 points, and what the best of lines gains. */
    private static final double DRAWN = 0.05;

    @ParameterizedTest
    @CsvSource({"moons, 0.95", "circles, 0.98", "xor, 0.95"})
    void thePerceptronDoesWhatNoLineDoes(String problem, double least) {
        Demonstrated run = Demonstrated.quick(new Boundary(), /* seed= */ 1, problem);
        double best = run.number("/best_line");
        assertTrue(last(run, "linear") <= best, run.account());
        assertTrue(last(run, "perceptron") >= least, run.account());
        assertTrue(last(run, "perceptron") > best + 0.02, run.account());
    }

    /**
     * The line x + y = t over four squares of side s at distance g from the axes has right, in
     * shares of a square: {@code 3 − (t − 2g)²/2s² − (s − t)²/s²}, at most where t = (2s + 2g)/3.
     */
    @Test
    void aLineHasTwoThirdsOfFourSquares() {
        double s = 1.3;
        double g = 0.08;
        double t = (2 * s + 2 * g) / 3;
        double right = 3 - Math.pow((t - 2 * g) / s, 2) / 2 - Math.pow((s - t) / s, 2);
        Plane squares = Plane.draw("xor", 1000, /* seed= */ 7, /* part= */ 0);
        assertEquals(right / 4, squares.bestLine(), DRAWN);
    }

    /** The inner circle's chord: half of the outer points, and all of the inner ones, at most. */
    @Test
    void noLineSeparatesCircles() {
        Plane circles = Plane.draw("circles", 1000, /* seed= */ 7, /* part= */ 0);
        // A line that just leaves the inner circle (radius 0.5) whole cuts off this part of the
        // outer one (radius 1.15).
        double beyond = Math.acos(0.5 / 1.15) / Math.PI;
        assertEquals(0.5 + beyond / 2, circles.bestLine(), DRAWN);
    }

    /** The whole demonstration, since the spiral takes all of its epochs. */
    @Test
    void thePerceptronUnwindsTheSpiral() {
        try (Backend backend = Backends.open("reference")) {
            Context context =
                    new Context(
                            backend,
                            /* seed= */ 1,
                            "spiral",
                            /* quick= */ false,
                            new PrintWriter(new StringWriter()));
            JsonNode numbers =
                    new ObjectMapper().valueToTree(new Boundary().run(context).numbers());
            JsonNode tested = numbers.at("/perceptron/test_accuracy");
            assertTrue(tested.get(tested.size() - 1).asDouble() > 0.95, tested.toString());
            assertTrue(numbers.at("/best_line").asDouble() < 0.75, numbers.toString());
        }
    }

    private static double last(Demonstrated run, String model) {
        JsonNode tested = run.numbers().at("/" + model + "/test_accuracy");
        return tested.get(tested.size() - 1).asDouble();
    }
}
