package io.retrograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks optimizers, penalties and clipping on one weight (1, 3) and one bias (2). */
class OptimizerTest {
    /** A few roundings of numbers near 1. */
    private static final double EXACT = 4e-15;

    private Backend backend;
    private Parameters parameters;
    private Tensor weight;
    private Tensor bias;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 1);
        parameters = new Parameters(backend, 0);
        Binder binder = new Binder(parameters, BindOptions.train());
        weight = binder.parameter("weight", Shape.of(1, 3), Initializer.constant(1));
        bias = binder.parameter("bias", Shape.of(2), Initializer.constant(-2));
        binder.commit();
    }

    @AfterEach
    void close() {
        parameters.close();
        backend.close();
    }

    static Stream<Optimizer> optimizers() {
        return Stream.of(
                new Sgd(0.1),
                new Sgd(0.05).momentum(0.9),
                new Sgd(0.05).momentum(0.9).nesterov(),
                new Sgd(0.1).momentum(0.9).dampening(0.5),
                new Adam(0.1),
                new Adam(0.1).amsgrad(),
                Adam.adamW(0.1).weightDecay(0),
                new RmsProp(0.02),
                new RmsProp(0.02).alpha(0.9).momentum(0.5),
                new RmsProp(0.02).eps(0.1).centered(),
                new Adagrad(1),
                new Adamax(0.1),
                new Adadelta(1).rho(0.5).eps(1e-3),
                new NAdam(0.1),
                new RAdam(0.1),
                new Lion(0.05),
                new Lamb(0.1).weightDecay(0),
                new Muon(0.05).weightDecay(0));
    }

    /** The minimum of Σ aᵢ(wᵢ − cᵢ)²/2 for curvatures from 0.3 to 3. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void findsTheMinimumOfAQuadratic(Optimizer optimizer) {
        double[] curvature = {0.3, 1, 3};
        double[] minimum = {0.4, 1.7, -0.2};
        Update update = optimizer.bind(parameters);
        bias.requireGrad().copyFrom(0, 0);
        for (int t = 1; t <= 2000; t++) {
            double[] gradient = new double[3];
            double[] w = weight.toArray();
            for (int i = 0; i < 3; i++) {
                gradient[i] = curvature[i] * (w[i] - minimum[i]);
            }
            step(update, optimizer.learningRate() / (1 + t / 100.0), t, gradient);
        }
        assertArrayEquals(minimum, weight.toArray(), 0.01);
        assertArrayEquals(new double[] {-2, -2}, bias.toArray());
    }

    /** Gradients of the weight, from 1, 1, 1 on, and what it has to be after each. */
    private record ByHand(Optimizer optimizer, List<double[]> gradients, List<double[]> weights) {
        ByHand(Optimizer optimizer) {
            this(optimizer, new ArrayList<>(), new ArrayList<>());
        }

        ByHand step(double... gradient) {
            gradients.add(gradient);
            return this;
        }

        ByHand to(double... weight) {
            weights.add(weight);
            return this;
        }

        @Override
        public String toString() {
            return optimizer.toString();
        }
    }

    static Stream<ByHand> byHand() {
        double afterSquares = -Math.sqrt(7) / 16;
        double centered = 4 / Math.sqrt(3);
        return Stream.of(
                new ByHand(new Sgd(0.5).weightDecay(0.1)).step(1, 0, -1).to(0.45, 0.95, 1.45),
                // v = 1, then 0.5·1 + (1 − 0.2)·2 = 2.1: the first gradient is not dampened
                new ByHand(new Sgd(1).momentum(0.5).dampening(0.2))
                        .step(1, 1, 1)
                        .to(0, 0, 0)
                        .step(2, 2, 2)
                        .to(-2.1, -2.1, -2.1),
                // v = 1 and the step is 1 + 0.5·1
                new ByHand(new Sgd(1).momentum(0.5).nesterov()).step(1, 1, 1).to(-0.5, -0.5, -0.5),
                // in the first step m̂/√v̂ is the sign of the gradient, whatever its size
                new ByHand(new Adam(0.1).eps(0)).step(1e-3, -5, 1e9).to(0.9, 1.1, 0.9),
                // AdamW shrinks w beside the gradient's step; Adam's decay only sets the step's
                // sign
                new ByHand(Adam.adamW(0.1).weightDecay(0.5).eps(0))
                        .step(1, -1, 1)
                        .to(0.85, 1.05, 0.85),
                new ByHand(new Adam(0.1).weightDecay(0.5).eps(0))
                        .step(1, -0.1, -0.6)
                        .to(0.9, 0.9, 1.1),
                // after a gradient of 8, one of 1: v = 16, then 12.25, AMSGrad's stays 16;
                // 1 − β₂ᵗ is 1/4, then 7/16, and β₁ = 0 leaves no memory
                new ByHand(new Adam(1).betas(0, 0.75).amsgrad().eps(0))
                        .step(8, 8, 8)
                        .to(0, 0, 0)
                        .step(1, 1, 1)
                        .to(afterSquares, afterSquares, afterSquares),
                // s = 0.01·g², so the first step is lr·10·sign(g); the second adds half the first
                new ByHand(new RmsProp(0.1).eps(0).momentum(0.5))
                        .step(3, -3, 7)
                        .to(0, 2, 0)
                        .step(0, 0, 0)
                        .to(-0.5, 2.5, -0.5),
                // s − a² = g²/4 − g²/16 for α = 3/4
                new ByHand(new RmsProp(1).alpha(0.75).eps(0).centered())
                        .step(2, -2, 4)
                        .to(1 - centered, 1 + centered, 1 - centered),
                // s = 9, then 25; lr falls to 1/2 in step 2
                new ByHand(new Adagrad(1).eps(0).lrDecay(1))
                        .step(3, 3, 3)
                        .to(0, 0, 0)
                        .step(4, -4, 4)
                        .to(-0.4, 0.4, -0.4),
                // u = 8, then max(6, 1): it forgets a quarter; m̂ = g, as β₁ = 0
                new ByHand(new Adamax(1).betas(0, 0.75).eps(0))
                        .step(8, -8, 8)
                        .to(0, 2, 0)
                        .step(1, 1, -3)
                        .to(-1.0 / 6, 2 - 1.0 / 6, 0.5),
                // s = 12, then d = √4 / √16·4, and a = 3
                new ByHand(new Adadelta(1).rho(0.25).eps(4))
                        .step(4, -4, 4)
                        .to(-1, 3, -1)
                        // s = 3, and d = 0
                        .step(0, 0, 0)
                        .to(-1, 3, -1)
                        // s = 12.75, a = 3/4 + 0 at last
                        .step(4, 0, 0)
                        .to(-1 - 4 * Math.sqrt((0.75 + 4) / (12.75 + 4)), 3, -1),
                // μ = β₁/2 = 1/4 in every step and √v̂ = |g|: g's share is (1 − 1/4) / (1 − 1/4),
                // m's, g/2, 1/4 / (1 − 1/16)
                new ByHand(new NAdam(1).betas(0.5, 0.75).eps(0).momentumDecay(0))
                        .step(2, -2, 2)
                        .to(-2.0 / 15, 2 + 2.0 / 15, -2.0 / 15),
                // ρ∞ = 3 never is above 5: m̂ = g, then (g/4 + g'/2) / (3/4)
                new ByHand(new RAdam(0.5).betas(0.5, 0.5))
                        .step(1, 2, -1)
                        .to(0.5, 0, 1.5)
                        .step(1, 0, 1)
                        .to(0, -1.0 / 3, 1.5 - 0.5 / 3),
                // ρ∞ = 31; t = 6 is the first step whose ρ is above 5
                rectified(),
                // c = g/2, then g/4 + g'/2; w keeps 3/4
                new ByHand(new Lion(0.5).betas(0.5, 0.5).weightDecay(0.5))
                        .step(3, -1e-9, 0)
                        .to(0.25, 1.25, 0.75)
                        .step(-2, -1e-9, 1)
                        .to(0.6875, 1.4375, 0.0625),
                // u is the sign of g; ‖w‖ = ‖u‖ = √3, then w = 0 and the rate alone counts
                new ByHand(new Lamb(1).betas(0.5, 0.5).eps(0).weightDecay(0))
                        .step(2, 3, 1e9)
                        .to(0, 0, 0)
                        .step(2, 3, 1e9)
                        .to(-1, -1, -1),
                // a row has one singular value, its norm 3: it becomes 1, then a + b + c
                new ByHand(new Muon(0.5).momentum(0).steps(1).weightDecay(0.5))
                        .step(2, -2, 1)
                        .to(
                                0.75 - 0.5 * 0.701 * 2 / 3,
                                0.75 + 0.5 * 0.701 * 2 / 3,
                                0.75 - 0.5 * 0.701 / 3));
    }

    private static ByHand rectified() {
        ByHand hand = new ByHand(new RAdam(1).betas(0, 0.9375).eps(0));
        for (int t = 1; t <= 5; t++) {
            hand.step(0, 0, 0).to(1, 1, 1);
        }
        double power = Math.pow(0.9375, 6);
        double length = 31 - 12 * power / (1 - power);
        double r = Math.sqrt((length - 4) * (length - 2) * 31 / (27.0 * 29 * length));
        // m̂ = g and v = g²/16
        double step = r * Math.sqrt((1 - power) * 16);
        return hand.step(2, -3, 1).to(1 - step, 1 + step, 1 - step);
    }

    @ParameterizedTest
    @MethodSource("byHand")
    void isAsByHand(ByHand it) {
        Optimizer optimizer = it.optimizer();
        Update update = optimizer.bind(parameters);
        for (int i = 0; i < it.gradients().size(); i++) {
            step(update, optimizer.learningRate(), i + 1, it.gradients().get(i));
            assertArrayEquals(it.weights().get(i), weight.toArray(), EXACT);
        }
    }

    @Test
    void everyOptimizerIsComputedByHand() {
        Set<String> rules = rules();
        byHand().forEach(it -> rules.remove(it.optimizer().getClass().getSimpleName()));
        assertEquals(Set.of(), rules);
    }

    @Test
    void everyOptimizerHasAName() {
        Set<String> missing = rules();
        for (Optimizers named : Optimizers.values()) {
            missing.remove(named.create(0.1, 0.9, 0).getClass().getSimpleName());
        }
        assertEquals(Set.of(), missing, "Optimizers lacks");
    }

    /** The rules of optimizers, which have the same names. */
    private static Set<String> rules() {
        Set<Class<?>> others =
                Set.of(
                        UpdateRule.Penalty.class,
                        UpdateRule.Accumulate.class,
                        UpdateRule.Collect.class,
                        UpdateRule.Average.class,
                        UpdateRule.ClipNorm.class,
                        UpdateRule.ClipValue.class);
        return Stream.of(UpdateRule.class.getPermittedSubclasses())
                .filter(rule -> !others.contains(rule))
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A constant gradient has no variance; rounding must not make its root NaN. */
    @Test
    void rmsPropCenteredSurvivesAConstantGradient() {
        Update update =
                new RmsProp(1e-9, new UpdateRule.RmsProp(0.5, 1, 0, 0, /* centered= */ true))
                        .bind(parameters);
        for (int t = 1; t <= 200; t++) {
            step(update, 1e-9, t, 0.1, 1.0 / 3, 0.7);
        }
        for (double w : weight.toArray()) {
            assertEquals(1, w, 1e-6);
        }
    }

    @Test
    void penaltyPullsWeightsAndNoBiases() {
        weight.copyFrom(2, 0, -3);
        Update penalty = parameters.update(new UpdateRule.Penalty(0.5, 0.25));
        weight.requireGrad().copyFrom(1, 1, 1);
        bias.requireGrad().copyFrom(1, 1);
        penalty.run();
        assertArrayEquals(new double[] {2, 1, -0.25}, weight.requireGrad().toArray());
        assertArrayEquals(new double[] {1, 1}, bias.requireGrad().toArray());
    }

    /** The norm of all gradients together is √(4 + 4 + 1 + 16) = 5. */
    @Test
    void clipNormScalesAllGradientsTogether() {
        weight.requireGrad().copyFrom(2, -2, 1);
        bias.requireGrad().copyFrom(0, 4);
        parameters.update(new UpdateRule.ClipNorm(6)).run();
        assertArrayEquals(new double[] {2, -2, 1}, weight.requireGrad().toArray());
        parameters.update(new UpdateRule.ClipNorm(1)).run();
        double s = 1 / (5 + 1e-6);
        assertArrayEquals(new double[] {2 * s, -2 * s, s}, weight.requireGrad().toArray(), EXACT);
        assertArrayEquals(new double[] {0, 4 * s}, bias.requireGrad().toArray(), EXACT);
    }

    @Test
    void clipValueClampsEachElement() {
        weight.requireGrad().copyFrom(2, -2, 0.5);
        bias.requireGrad().copyFrom(0, Double.NaN);
        parameters.update(new UpdateRule.ClipValue(1)).run();
        assertArrayEquals(new double[] {1, -1, 0.5}, weight.requireGrad().toArray());
        assertTrue(Double.isNaN(bias.requireGrad().toArray()[1]), "NaN is not hidden");
    }

    @Test
    void senselessNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Sgd(-1));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(1).nesterov());
        assertThrows(IllegalArgumentException.class, () -> new Adam(0.1).betas(1, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new RmsProp(0.1).eps(-1));
        assertThrows(IllegalArgumentException.class, () -> new Adagrad(0.1).lrDecay(-1));
    }

    /** Sets the weight's gradient, and one of 0 for the bias, and runs the update. */
    private void step(Update update, double learningRate, long t, double... gradient) {
        weight.requireGrad().copyFrom(gradient);
        bias.requireGrad().copyFrom(0, 0);
        parameters.setControl(learningRate, t);
        update.run();
    }
}
