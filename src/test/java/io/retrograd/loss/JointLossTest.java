package io.retrograd.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Checks losses of several outputs, and Dice, against hand-derived values. */
class JointLossTest {
    private static final double[] NONE = {};

    /** A few roundings of numbers near 1. */
    private static final double EXACT = 4e-15;

    private static void check(
            JointLoss loss,
            Shape[] shapes,
            double[] x,
            double[] target,
            double value,
            double... gradient) {
        try (LossHarness harness = new LossHarness(loss, shapes)) {
            double tolerance = EXACT * Math.max(1, value);
            assertEquals(value, harness.value(x, target), tolerance);
            assertArrayEquals(gradient, harness.gradient(x, target, 1), tolerance);
        }
    }

    private static Shape[] shapes(Shape... shapes) {
        return shapes;
    }

    /** (1 − 3)² / 4 = 1 and (2 − 2)² / 1 = 0. */
    @Test
    void gaussianDividesByTheVariance() {
        GaussianNllLoss loss = new GaussianNllLoss().reduction(Reduction.SUM);
        Shape[] two = shapes(Shape.of(2), Shape.of(2));
        double[] x = {1, 2, 4, 1};
        double[] t = {3, 2};
        double value = (Math.log(4) + 1) / 2;
        check(loss, two, x, t, value, -0.5, 0, 0, 0.5);
        check(loss.full(true), two, x, t, value + Math.log(2 * Math.PI), -0.5, 0, 0, 0.5);
    }

    /** One variance 2 of a row: its gradient is the sum over the row. */
    @Test
    void gaussianTakesAVarianceForEachRow() {
        GaussianNllLoss loss = new GaussianNllLoss().reduction(Reduction.SUM);
        double[] x = {1, 5, 2};
        double[] t = {3, 1};
        double value = Math.log(2) + (2 + 8) / 2.0;
        double slope = (1 - 2) / 4.0 + (1 - 8) / 4.0;
        for (Shape variance : shapes(Shape.of(1, 1), Shape.of(1))) {
            check(loss, shapes(Shape.of(1, 2), variance), x, t, value, -1, 2, slope);
        }
    }

    /** Of ε = 4 in the place of 1: the gradient is that of 4; below 0 all is NaN. */
    @Test
    void gaussianClampsTheVarianceButNotItsGradient() {
        GaussianNllLoss loss = new GaussianNllLoss().eps(4);
        Shape[] one = shapes(Shape.of(1), Shape.of(1));
        double slope = (1 - 1) / 8.0;
        check(loss, one, new double[] {1, 1}, new double[] {3}, (Math.log(4) + 1) / 2, -0.5, slope);
        check(loss, one, new double[] {3, 0}, new double[] {3}, Math.log(4) / 2, 0, 0.125);
        try (LossHarness harness = new LossHarness(loss, one)) {
            assertEquals(Double.NaN, harness.value(new double[] {1, -1}, new double[] {1}));
        }
    }

    /** d(a, p) = 5 along (3, 4), d(a, n) = 1, d(p, n) = √(9 + 9). */
    @Test
    void tripletComparesDistances() {
        TripletMarginLoss loss = new TripletMarginLoss().eps(0);
        Shape e = Shape.of(1, 2);
        Shape[] three = shapes(e, e, e);
        double[] x = {0, 0, -3, -4, 0, -1};
        check(loss, three, x, NONE, 5, 0.6, 0.8 - 1, -0.6, -0.8, 0, 1);
        check(loss.margin(0).norm(1), three, x, NONE, 6, 1, 0, -1, -1, 0, 1);
        // a negative one that is far enough
        double[] far = {0, 0, 3, 4, 0, 7};
        check(loss, three, far, NONE, 0, 0, 0, 0, 0, 0, 0);
    }

    /** d(a, n) = 3 is more than d(p, n) = 1, which takes its place. */
    @Test
    void swapTakesTheNearerOfAnchorAndPositive() {
        TripletMarginLoss loss = new TripletMarginLoss().eps(0).swap(true);
        Shape e = Shape.of(1);
        Shape[] three = shapes(e, e, e);
        check(loss, three, new double[] {0, 2, 3}, NONE, 2, -1, 2, -1);
        // both 1: half of each
        check(loss, three, new double[] {0, 2, 1}, NONE, 2, -0.5, 0.5, 0);
    }

    @Test
    void embeddingsThatAreTheSameHaveNoSlope() {
        Shape e = Shape.of(1, 2);
        double[] same = {1, 2, 1, 2, 1, 2};
        TripletMarginLoss loss = new TripletMarginLoss().eps(0).margin(0.5);
        check(loss, shapes(e, e, e), same, NONE, 0.5, 0, 0, 0, 0, 0, 0);
    }

    /** cos = 3/5 of (1, 0) and (3, 4); the slope is across the vector: 4/5. */
    @Test
    void cosineOfPairs() {
        CosineEmbeddingLoss loss = new CosineEmbeddingLoss();
        Shape[] two = shapes(Shape.of(1, 2), Shape.of(1, 2));
        double[] x = {1, 0, 3, 4};
        double across = 0.8 / 5 * 0.8;
        double along = -0.8 / 5 * 0.6;
        // X and Z are 1e-12 larger than 1 and 25
        double tiny = 2e-12;
        try (LossHarness harness = new LossHarness(loss, two)) {
            assertEquals(0.4, harness.value(x, new double[] {1}), tiny);
            double[] together = {0, -0.8, -across, -along};
            assertArrayEquals(together, harness.gradient(x, new double[] {1}, 1), tiny);
            assertEquals(0.6, harness.value(x, new double[] {-1}), tiny);
            double[] apart = {0, 0.8, across, along};
            assertArrayEquals(apart, harness.gradient(x, new double[] {-1}, 1), tiny);
        }
        check(loss.margin(0.7), two, x, new double[] {-1}, 0, 0, 0, 0, 0);
        check(loss, two, x, new double[] {0}, 0, 0, 0, 0, 0);
    }

    /**
     * Two positions of two equal classes with labels 0, 1: p is ½ throughout, so D = (2·½ + 1) / (1
     * + 1 + 1) = 2/3. By p the slope of 1 − D is −(2t − D)/3: −4/9 for t = 1, 2/9 else.
     */
    @Test
    void diceOfEqualClasses() {
        double slope = 0.25 * (-4.0 / 9 - 2.0 / 9) / 2;
        check(
                new DiceLoss(),
                shapes(Shape.of(1, 2, 2)),
                new double[4],
                new double[] {0, 1},
                1.0 / 3,
                slope,
                -slope,
                -slope,
                slope);
        check(
                new DiceLoss().sigmoid().reduction(Reduction.SUM),
                shapes(Shape.of(1, 1, 2)),
                new double[2],
                new double[] {1, 0},
                1.0 / 3,
                -0.25 * 4 / 9,
                0.25 * 2 / 9);
    }

    /** The second position does not count: D = (2·½ + 1) / (½ + 1 + 1) and 1 / (½ + 1). */
    @Test
    void diceIgnoresPositions() {
        DiceLoss loss = new DiceLoss().reduction(Reduction.SUM);
        try (LossHarness harness = new LossHarness(loss, Shape.of(1, 2, 2))) {
            double[] labels = {0, -100};
            assertEquals(1 - 2 / 2.5 + 1 - 1 / 1.5, harness.value(new double[4], labels), EXACT);
            double[] gradient = harness.gradient(new double[4], labels, 1);
            assertEquals(0, gradient[1]);
            assertEquals(0, gradient[3]);
            assertTrue(gradient[0] < 0 && gradient[2] > 0);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> harness.value(new double[4], new double[] {0, 2}));
        }
    }

    @Test
    void slicesAreOutputs() {
        Shape e = Shape.of(1, 2);
        double[] x = {0, 0, -3, -4, 0, -1};
        TripletMarginLoss loss = new TripletMarginLoss().eps(0);
        double[] gradient = {0.6, 0.8 - 1, -0.6, -0.8, 0, 1};
        check(loss, shapes(e, e, e), x, NONE, 5, gradient);
        check(new SlicedLoss(loss, 0), shapes(Shape.of(3, 2)), x, NONE, 5, gradient);
        check(new SlicedLoss(loss, -1), shapes(Shape.of(1, 6)), x, NONE, 5, gradient);
    }

    @Test
    void kinksTellThePiecesApart() {
        Shape e = Shape.of(1);
        try (LossHarness plain = new LossHarness(new TripletMarginLoss(), e, e, e);
                LossHarness cosine = new LossHarness(new CosineEmbeddingLoss(), e, e)) {
            double[] far = {0, 1, 2.5};
            double[] near = {0, 1, 1.5};
            assertNotEquals(plain.kinks(far, NONE), plain.kinks(near, NONE));
            assertEquals(plain.kinks(far, NONE), plain.kinks(new double[] {0, 1, 3}, NONE));
            double[] apart = {-1};
            assertNotEquals(
                    cosine.kinks(new double[] {1, 1}, apart),
                    cosine.kinks(new double[] {1, -1}, apart));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Shape e = Shape.of(3, 4);
        refused(() -> new GaussianNllLoss().eps(0));
        refused(() -> new TripletMarginLoss().norm(0.5));
        refused(() -> new TripletMarginLoss().margin(-1));
        refused(() -> new CosineEmbeddingLoss().margin(2));
        refused(() -> new DiceLoss().smooth(-1));
        refused(() -> new LossHarness(new GaussianNllLoss(), e, Shape.of(3, 2)).close());
        refused(() -> new LossHarness(new TripletMarginLoss(), e, e, Shape.of(3, 5)).close());
        refused(() -> new LossHarness(new CosineEmbeddingLoss(), e, Shape.of(4, 3)).close());
        refused(() -> new LossHarness(new DiceLoss(), Shape.of(3)).close());
        refused(
                () ->
                        new LossHarness(new SlicedLoss(new GaussianNllLoss(), 0), Shape.of(3, 4))
                                .close());
    }

    private static void refused(Runnable what) {
        assertThrows(IllegalArgumentException.class, what::run);
    }
}
