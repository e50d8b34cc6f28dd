package io.retrograd.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks losses against hand-derived values, and their gradients against central differences on odd
 * sizes.
 *
 * <p>To cover a new loss, add a line to {@link #losses()}.
 */
class LossTest {
    private static final double LN2 = Math.log(2);

    /** A few roundings of numbers near 1. */
    private static final double EXACT = 4e-15;

    /** h² times a third derivative of at most 10, and ε/h; worst measured 2e-10. */
    private static final double DIFFERENCE = 1e-9;

    private static final double H = 1e-5;

    static Stream<Loss> losses() {
        List<Double> weights = List.of(0.5, 1.0, 2.0, 0.0, 1.5, 0.7, 3.0);
        return Stream.of(
                        new CrossEntropy(),
                        new CrossEntropy().labelSmoothing(0.1),
                        new CrossEntropy().labelSmoothing(0.3).classWeights(weights),
                        new CrossEntropy().classWeights(weights),
                        new CrossEntropy().ofProbabilities().labelSmoothing(0.1),
                        new CrossEntropy().ignoreIndex(2).classWeights(weights),
                        new NllLoss().classWeights(weights),
                        new MseLoss(),
                        new L1Loss(),
                        new SmoothL1Loss(0.7),
                        new SmoothL1Loss(0),
                        new HuberLoss(0.7),
                        new BceWithLogitsLoss(),
                        new KlDivLoss(),
                        new FocalLoss(),
                        new FocalLoss().alpha(-1).gamma(0.5),
                        new PoissonNllLoss())
                .flatMap(loss -> Stream.of(loss, summed(loss)));
    }

    private static Loss summed(Loss loss) {
        if (loss instanceof CrossEntropy l) {
            return l.reduction(Reduction.SUM);
        } else if (loss instanceof NllLoss l) {
            return l.reduction(Reduction.SUM);
        }
        return ((PointwiseLoss) loss).reduction(Reduction.SUM);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradientIsTheSlope(Loss loss) {
        Shape shape = Shape.of(13, 7);
        double[] x = uniform(1, 91, -2, 2);
        double[] target = target(loss, 13, 7);
        double dy = 1.7;
        try (LossHarness harness = new LossHarness(loss, shape)) {
            double[] gradient = harness.gradient(x, target, dy);
            for (int i = 0; i < x.length; i++) {
                double[] moved = x.clone();
                moved[i] = x[i] + H;
                double above = harness.value(moved, target);
                moved[i] = x[i] - H;
                double below = harness.value(moved, target);
                double slope = dy * (above - below) / (2 * H);
                assertEquals(slope, gradient[i], DIFFERENCE * 91, loss + ", element " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void meanIsSumOverDivisor(Loss loss) {
        double[] x = uniform(1, 91, -2, 2);
        double[] target = target(loss, 13, 7);
        double divisor = divisor(loss, target);
        try (LossHarness one = new LossHarness(loss, Shape.of(13, 7));
                LossHarness sum = new LossHarness(summed(loss), Shape.of(13, 7))) {
            double expected = sum.value(x, target) / divisor;
            assertEquals(expected, one.value(x, target), EXACT * Math.abs(expected));
        }
    }

    private static double divisor(Loss loss, double[] target) {
        if (loss instanceof PointwiseLoss l) {
            return l.reduction() == Reduction.MEAN ? 91 : 1;
        }
        if (loss instanceof NllLoss l) {
            return l.reduction() == Reduction.MEAN ? weight(l.classWeights(), target, -1) : 1;
        }
        CrossEntropy l = (CrossEntropy) loss;
        double mass = l.probabilities() ? 13 : weight(l.classWeights(), target, l.ignoreIndex());
        return l.reduction() == Reduction.MEAN ? mass : 1;
    }

    private static double weight(List<Double> weights, double[] labels, int ignored) {
        return DoubleStream.of(labels)
                .filter(label -> label != ignored)
                .map(label -> weights.isEmpty() ? 1 : weights.get((int) label))
                .sum();
    }

    @Test
    void ignoredRowsCountNowhere() {
        check(new CrossEntropy().ignoreIndex(0), Shape.of(2, 2), 0, 0, 5, 5)
                .with(0, 1)
                .gives(LN2, 0, 0, 0.5, -0.5);
        check(new CrossEntropy(), Shape.of(2, 2), 0, 0, 5, 5)
                .with(-100, 1)
                .gives(LN2, 0, 0, 0.5, -0.5);
    }

    /** logits (1, 2, 2): z[.,.,0] = (0, 0), z[.,.,1] = (log 3, 0). */
    @Test
    void eachPositionHasALabel() {
        check(new CrossEntropy().reduction(Reduction.SUM), Shape.of(1, 2, 2), 0, Math.log(3), 0, 0)
                .with(1, 1)
                .gives(LN2 + Math.log(4), 0.5, 0.75, -0.5, -0.75);
    }

    @Test
    void probabilitiesAreTargets() {
        double entropy = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
        check(new CrossEntropy().ofProbabilities(), Shape.of(1, 2), Math.log(3), 0)
                .with(0.75, 0.25)
                .gives(entropy, 0, 0);
    }

    @Test
    void negativeLogLikelihoodTakesLogProbabilities() {
        check(new NllLoss(), Shape.of(2, 2), -1, -2, -3, -4)
                .with(1, 0)
                .gives(2.5, 0, -0.5, -0.5, 0);
    }

    @Test
    void crossEntropyOfEqualLogitsIsLogOfClasses() {
        check(new CrossEntropy(), Shape.of(2, 2), 0, 0, 5, 5)
                .with(0, 1)
                .gives(LN2, -0.25, 0.25, 0.25, -0.25);
    }

    /** weights 1 and 3: (1·log 2 + 3·log 2) / 4, and dz = weight·(p − onehot) / 4. */
    @Test
    void crossEntropyDividesByTheLabelsWeights() {
        check(new CrossEntropy().classWeights(List.of(1.0, 3.0)), Shape.of(2, 2), 0, 0, 5, 5)
                .with(0, 1)
                .gives(LN2, -0.125, 0.125, 0.375, -0.375);
    }

    /** Targets 0.75 and 0.25 for ε = 0.5; p = (3/4, 1/4) makes the gradient vanish. */
    @Test
    void labelSmoothingSpreadsTheLabel() {
        double entropy = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
        check(new CrossEntropy().labelSmoothing(0.5), Shape.of(1, 2), Math.log(3), 0)
                .with(0)
                .gives(entropy, 0, 0);
    }

    @Test
    void crossEntropyStaysFiniteForHugeLogits() {
        check(new CrossEntropy(), Shape.of(1, 3), 1e300, -1e300, 0).with(0).gives(0, 0, 0, 0);
        check(new CrossEntropy(), Shape.of(1, 2), 1000, 0).with(1).gives(1000, 1, -1);
    }

    @Test
    void crossEntropyRefusesALabelOutOfRange() {
        try (LossHarness harness = new LossHarness(new CrossEntropy(), Shape.of(2, 3))) {
            for (double label : new double[] {3, -1, Double.NaN}) {
                IllegalArgumentException e =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> harness.value(new double[6], new double[] {0, label}));
                assertTrue(String.valueOf(e.getMessage()).contains("from 0 to 2"));
            }
        }
    }

    @Test
    void mse() {
        check(new MseLoss(), Shape.of(2), 1, -3).with(0, 1).gives(8.5, 1, -4);
    }

    @Test
    void l1HasNoSlopeAtTheTarget() {
        check(new L1Loss(), Shape.of(4), 1, -3, 2, 0)
                .with(0, 1, 2, 1)
                .gives(1.5, .25, -.25, 0, -.25);
    }

    /** β = 2 at distances 1, 2 (already linear) and −4. */
    @Test
    void smoothL1() {
        check(new SmoothL1Loss(2).reduction(Reduction.SUM), Shape.of(3), 1, 2, -4)
                .with(0, 0, 0)
                .gives(0.25 + 1 + 3, 0.5, 1, -1);
    }

    @Test
    void smoothL1OfBetaZeroIsL1() {
        check(new SmoothL1Loss(0), Shape.of(4), 1, -3, 2, 0)
                .with(0, 1, 2, 1)
                .gives(1.5, .25, -.25, 0, -.25);
    }

    /** δ = 2 at distances 1, 2 (still quadratic) and −4. */
    @Test
    void huber() {
        check(new HuberLoss(2).reduction(Reduction.SUM), Shape.of(3), 1, 2, -4)
                .with(0, 0, 0)
                .gives(0.5 + 2 + 6, 1, 2, -2);
    }

    @Test
    void bceWithLogitsStaysFinite() {
        check(new BceWithLogitsLoss().reduction(Reduction.SUM), Shape.of(3), 0, 1000, -1000)
                .with(0.25, 0, 1)
                .gives(LN2 + 2000, 0.25, 1, -1);
    }

    /** p = 3 of the second class: 3·log 2 and half of −3 for x = 0, t = 1. */
    @Test
    void positiveTermsHaveWeights() {
        BceWithLogitsLoss loss =
                new BceWithLogitsLoss(Reduction.SUM).positiveWeights(List.of(1.0, 3.0));
        check(loss, Shape.of(2, 2), 0, 0, 0, 0)
                .with(1, 1, 0, 0)
                .gives(6 * LN2, -0.5, -1.5, 0.5, 0.5);
        check(loss.weighted(), Shape.of(2, 2), 0, 0, 0, 0)
                .with(1, 1, 2, 0, 0, 0, 1, 4)
                .gives(7 * LN2, -1, 0, 0.5, 2);
    }

    /** Three steps of two equal classes: a path is 1/8, and "a" has six: all but bbb, aba. */
    @Test
    void ctcSumsOverAllAlignments() {
        CtcLoss loss = new CtcLoss(2).reduction(Reduction.SUM);
        try (LossHarness harness = new LossHarness(loss, Shape.of(3, 1, 2))) {
            double[] z = {0, 0, 7, 7, -1, -1};
            assertEquals(-Math.log(6 / 8.0), harness.value(z, new double[] {3, 1, 1, 0}), EXACT);
            // only bbb
            assertEquals(-Math.log(1 / 8.0), harness.value(z, new double[] {3, 0, 1, 0}), EXACT);
            // only aba
            assertEquals(-Math.log(1 / 8.0), harness.value(z, new double[] {3, 2, 1, 1}), EXACT);
            // a, or b then a, or a then b; the third step does not count
            double[] short2 = {2, 1, 1, 0};
            assertEquals(-Math.log(3 / 4.0), harness.value(z, short2), EXACT);
            assertArrayEquals(
                    new double[] {1.0 / 6, -1.0 / 6, 1.0 / 6, -1.0 / 6, 0, 0},
                    harness.gradient(z, short2, 1),
                    EXACT);
        }
    }

    @Test
    void ctcOfMoreLabelsThanStepsIsInfinite() {
        double[] target = {2, 2, 1, 1};
        try (LossHarness plain = new LossHarness(new CtcLoss(2), Shape.of(2, 1, 2));
                LossHarness zero =
                        new LossHarness(new CtcLoss(2).zeroInfinity(), Shape.of(2, 1, 2))) {
            assertEquals(Double.POSITIVE_INFINITY, plain.value(new double[4], target));
            assertEquals(Double.NaN, plain.gradient(new double[4], target, 1)[0]);
            assertEquals(0, zero.value(new double[4], target));
            assertArrayEquals(new double[4], zero.gradient(new double[4], target, 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> plain.value(new double[4], new double[] {3, 2, 1, 1}));
        }
    }

    @Test
    void klDivergenceOfEqualDistributionsIsZero() {
        check(new KlDivLoss(), Shape.of(2), -LN2, -LN2).with(0.5, 0.5).gives(0, -0.25, -0.25);
        check(new KlDivLoss(), Shape.of(2), -LN2, -LN2).with(0, 1).gives(LN2 / 2, 0, -0.5);
    }

    /** Of p = 1/4: (1 − p)² = 9/16 and −log p = log 4; of t = 0 the mistake is 1/4. */
    @Test
    void focalLossWeighsByTheMistake() {
        FocalLoss loss = new FocalLoss(0.25, 2, Reduction.SUM);
        double x = -Math.log(3);
        double positive = 9.0 / 16 * Math.log(4);
        double dPositive = -9.0 / 16 * (0.75 + 2.0 / 4 * Math.log(4));
        check(loss, Shape.of(1), x).with(1).gives(positive / 4, dPositive / 4);
        check(loss.alpha(-1), Shape.of(1), x).with(1).gives(positive, dPositive);
        double negative = 1.0 / 16 * Math.log(4.0 / 3);
        double dNegative = 1.0 / 16 * (0.25 + 2 * 0.75 * Math.log(4.0 / 3));
        check(loss, Shape.of(1), x).with(0).gives(0.75 * negative, 0.75 * dNegative);
    }

    /** γ = 0 is binary cross-entropy; what is certain costs nothing, what is certainly wrong x. */
    @Test
    void focalLossAtTheEnds() {
        FocalLoss loss = new FocalLoss(-1, 0, Reduction.SUM);
        check(loss, Shape.of(3), 0, 1000, -1000).with(0.25, 0, 1).gives(LN2 + 2000, 0.25, 1, -1);
        check(loss.gamma(0.5), Shape.of(4), 1000, -1000, 1000, -1000)
                .with(1, 0, 0, 1)
                .gives(2000, 0, 0, 1, -1);
    }

    /** 3! is 6, by Stirling 5.83; t = 1 has no term. */
    @Test
    void poissonOfLogarithmsAndOfMeans() {
        PoissonNllLoss loss = new PoissonNllLoss().reduction(Reduction.SUM);
        check(loss, Shape.of(2), LN2, 0).with(3, 1).gives(3 - 3 * LN2, -1, 0);
        check(loss.logInput(false).eps(0), Shape.of(2), 2, 1)
                .with(3, 1)
                .gives(3 - 3 * LN2, -0.5, 0);
        double stirling = Math.log(Math.sqrt(2 * Math.PI * 3) * Math.pow(3 / Math.E, 3));
        check(loss.full(true), Shape.of(2), LN2, 0).with(3, 1).gives(3 - 3 * LN2 + stirling, -1, 0);
        try (LossHarness zero = new LossHarness(loss.logInput(false).eps(0), Shape.of(1))) {
            assertEquals(Double.POSITIVE_INFINITY, zero.value(new double[1], new double[] {1}));
        }
    }

    @Test
    void kinksTellThePiecesApart() {
        double[] zero = {0};
        try (LossHarness l1 = new LossHarness(new L1Loss(), Shape.of(1));
                LossHarness huber = new LossHarness(new HuberLoss(1), Shape.of(1));
                LossHarness mse = new LossHarness(new MseLoss(), Shape.of(1))) {
            assertNotEquals(
                    l1.kinks(new double[] {1e-9}, zero), l1.kinks(new double[] {-1e-9}, zero));
            assertEquals(l1.kinks(new double[] {1}, zero), l1.kinks(new double[] {2}, zero));
            assertNotEquals(
                    huber.kinks(new double[] {0.9}, zero), huber.kinks(new double[] {1.1}, zero));
            assertEquals(
                    huber.kinks(new double[] {0.9}, zero), huber.kinks(new double[] {-0.9}, zero));
            assertEquals(mse.kinks(new double[] {1}, zero), mse.kinks(new double[] {-1}, zero));
        }
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new HuberLoss(0));
        assertThrows(IllegalArgumentException.class, () -> new SmoothL1Loss(-1));
        assertThrows(IllegalArgumentException.class, () -> new FocalLoss().alpha(-0.5));
        assertThrows(IllegalArgumentException.class, () -> new FocalLoss().gamma(-1));
        assertThrows(IllegalArgumentException.class, () -> new PoissonNllLoss().eps(-1e-8));
        assertThrows(IllegalArgumentException.class, () -> new CrossEntropy().labelSmoothing(1.1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LossHarness(new CrossEntropy(), Shape.of(2)).close());
    }

    private static Check check(Loss loss, Shape shape, double... x) {
        return target ->
                (value, gradient) -> {
                    try (LossHarness harness = new LossHarness(loss, shape)) {
                        assertEquals(value, harness.value(x, target), EXACT * Math.max(1, value));
                        assertArrayEquals(gradient, harness.gradient(x, target, 1), EXACT);
                    }
                };
    }

    /** The first half of "x with target gives loss and gradient". */
    private interface Check {
        Result with(double... target);
    }

    /** The second half. */
    private interface Result {
        void gives(double value, double... gradient);
    }

    private static double[] target(Loss loss, int n, int c) {
        if (loss instanceof NllLoss || (loss instanceof CrossEntropy l && !l.probabilities())) {
            double[] labels = new double[n];
            for (int i = 0; i < n; i++) {
                labels[i] = (i * 5) % c;
            }
            return labels;
        }
        return uniform(2, n * c, 0, 1);
    }

    private static double[] uniform(long stream, int count, double low, double high) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = low + (high - low) * Philox.uniform(7, stream, i);
        }
        return values;
    }
}
