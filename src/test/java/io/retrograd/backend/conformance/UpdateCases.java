package io.retrograd.backend.conformance;

import io.retrograd.backend.MuonScale;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.optim.Adadelta;
import io.retrograd.optim.Adagrad;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Adamax;
import io.retrograd.optim.Lamb;
import io.retrograd.optim.Lion;
import io.retrograd.optim.Muon;
import io.retrograd.optim.NAdam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.ParameterGroup;
import io.retrograd.optim.RAdam;
import io.retrograd.optim.RmsProp;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Changes of all parameters or all gradients: optimizers, penalties, clipping. */
public final class UpdateCases {
    /** Roundings of the constants, of l1/l2, of the two sums and the product. */
    private static final int OF_PENALTY = 5;

    /**
     * 2 of the factor and the product, and half of those of a sum in pairs of all squares: their
     * own and one for each doubling up to 2¹⁹ elements.
     */
    private static final int OF_CLIP_NORM = 2 + (1 + 19) / 2;

    /** Half of those of the reference's sum, 8·√n: it adds one element after the other. */
    private static final double OF_REFERENCE_NORM = 0x1p-53 * 4 * Math.sqrt(1 << 19);

    private static final ParameterGroup OF_FIRST =
            ParameterGroup.matching("*p0").learningRateFactor(0.5).weightDecay(0.25);

    private UpdateCases() {}

    public static Stream<UpdateComparison> all() {
        return Stream.of(
                        optimizers().map(UpdateComparison::of),
                        groupedOptimizers(),
                        exactOptimizers().map(it -> UpdateComparison.of(it).exact()),
                        specialOptimizers(),
                        Stream.of(constantGradient()),
                        penalties(),
                        clipNorms(),
                        Stream.of(collected(), collected().exact(), averaged()),
                        clipValues())
                .flatMap(cases -> cases);
    }

    /** The first of each class also meets NaN and infinities. */
    private static Stream<Optimizer> optimizers() {
        return Stream.of(
                new Sgd(0.1).momentum(0.9).nesterov().weightDecay(0.03),
                new Sgd(0.1),
                new Sgd(0.1).weightDecay(0.03),
                new Sgd(0.1).momentum(0.9),
                new Sgd(0.1).momentum(0.9).dampening(0.3),
                new Sgd(0.1).momentum(0.9).dampening(0.3).weightDecay(0.03),
                new Sgd(0.1).momentum(0.9).nesterov(),
                new Adam(0.01).betas(0.9, 0.5).amsgrad().weightDecay(0.03),
                new Adam(0.01),
                new Adam(0.01).betas(0, 0.75).eps(0.1),
                new Adam(0.01).weightDecay(0.03),
                new Adam(0.01).betas(0.9, 0.5).amsgrad(),
                Adam.adamW(0.01).weightDecay(0.3),
                Adam.adamW(0.01).weightDecay(0),
                Adam.adamW(0.01).betas(0.9, 0.5).amsgrad(),
                new RmsProp(0.01).alpha(0.9).momentum(0.5),
                new RmsProp(0.01),
                new RmsProp(0.01).centered(),
                new RmsProp(0.01, new UpdateRule.RmsProp(0.9, 0.1, 0.03, 0, /* centered= */ false)),
                new RmsProp(
                        0.01, new UpdateRule.RmsProp(0.9, 0.1, 0.03, 0.5, /* centered= */ true)),
                new Adagrad(0.1),
                new Adagrad(0.1).lrDecay(0.5).eps(0.1),
                new Adagrad(0.1, new UpdateRule.Adagrad(0, 1e-10, 0.03)),
                new Adamax(0.01).betas(0.9, 0.75).weightDecay(0.03),
                new Adamax(0.01),
                new Adadelta(1).weightDecay(0.03),
                new Adadelta(1).rho(0.5).eps(0.1),
                new NAdam(0.01).momentumDecay(0.5).weightDecay(0.03),
                new NAdam(0.01),
                new NAdam(0.01).weightDecay(0.3).decoupled(),
                new NAdam(0.01).betas(0, 0.75).eps(0.1),
                new RAdam(0.01).betas(0.9, 0.75).weightDecay(0.03),
                new RAdam(0.01),
                new RAdam(0.01).betas(0.5, 0.95).weightDecay(0.3).decoupled(),
                new Lion(0.01).weightDecay(0.3),
                new Lion(0.01).betas(0.5, 0.25),
                new Lamb(0.01),
                muon(),
                muon().plainMomentum().steps(4).scale(MuonScale.MATCH_ADAMW),
                new Lamb(0.1).betas(0.5, 0.75).weightDecay(0),
                // too small for a reciprocal in float32
                new Adagrad(0.1).eps(1e-42),
                // an element that never had a gradient becomes 0/0
                new Adam(0.01).eps(0),
                new RmsProp(0.01).eps(0),
                new RmsProp(0.01).eps(0).momentum(0.5),
                new Adagrad(0.1).eps(0),
                new Adamax(0.01).eps(0),
                new Adadelta(1).eps(0),
                new NAdam(0.01).eps(0),
                new RAdam(0.01).betas(0.5, 0.95).eps(0),
                new Lamb(0.01).eps(0));
    }

    /**
     * Each kind with a frozen parameter between others, and others that differ in rate and decay.
     */
    private static Stream<UpdateComparison> groupedOptimizers() {
        return Stream.concat(firsts(), Stream.of(Adam.adamW(0.01), new Adam(0.01).eps(0)))
                .map(
                        it ->
                                it.group(ParameterGroup.vectors().weightDecay(0))
                                        .group(OF_FIRST)
                                        .group(ParameterGroup.matching("*p3").weightDecay(0.5))
                                        .group(ParameterGroup.matching("*p1").frozen()))
                .map(UpdateComparison::of);
    }

    /** Others do not depend on which weights are matrices. */
    private static Muon muon() {
        return new Muon(0.01).others(Adam.adamW(0.01));
    }

    /** Multiply by powers of 2 only. */
    private static Stream<Optimizer> exactOptimizers() {
        return Stream.of(
                new Sgd(1),
                new Sgd(0.5).weightDecay(0.5),
                new Sgd(0.5).momentum(0.5),
                new Sgd(0.5).momentum(0.5).dampening(0.5),
                new Sgd(0.5).momentum(0.5).nesterov(),
                new Sgd(0.5).momentum(0.5).nesterov().weightDecay(0.5));
    }

    /**
     * A NaN or infinity in one step spoils its parameter for good. After an infinite gradient
     * RMSProp's variance may be infinite or no number.
     */
    private static Stream<UpdateComparison> specialOptimizers() {
        UpdateRule.RmsProp centered =
                new UpdateRule.RmsProp(0.9, 0.1, 0, 0.5, /* centered= */ true);
        return Stream.concat(
                Stream.concat(firsts(), Stream.of(Adam.adamW(0.01)))
                        .map(it -> UpdateComparison.of(it).with("NaN", UpdateCases::spoil)),
                Stream.of(
                        UpdateComparison.of(new RmsProp(0.01, centered))
                                .with(
                                        "NaN",
                                        (model, t) ->
                                                set(model.gradients().get(0), t, Double.NaN))));
    }

    /**
     * A constant gradient soon has no variance, s − a² is what rounding leaves, and its root must
     * not be NaN. Against eps it is nothing.
     */
    private static UpdateComparison constantGradient() {
        UpdateRule.RmsProp fading = new UpdateRule.RmsProp(1e-4, 1e4, 0, 0, /* centered= */ true);
        return UpdateComparison.of(new RmsProp(100, fading))
                .with("the same gradients", (model, t) -> model.setGradients(1, 2));
    }

    /** One of each class. */
    private static Stream<Optimizer> firsts() {
        Set<Class<?>> met = new HashSet<>();
        return optimizers().filter(it -> met.add(it.getClass()));
    }

    private static void spoil(UpdatedModel model, int step) {
        if (step == 2) {
            List<Tensor> gradients = model.gradients();
            set(gradients.get(0), 6, Double.NaN);
            set(gradients.get(1), 1, Double.POSITIVE_INFINITY);
            set(gradients.get(2), 0, Double.NEGATIVE_INFINITY);
        }
    }

    private static void set(Tensor tensor, int i, double value) {
        double[] values = tensor.toArray();
        values[i] = value;
        tensor.copyFrom(values);
    }

    private static Stream<UpdateComparison> penalties() {
        return Stream.concat(
                Stream.of(
                                penalty(0.01, 0),
                                penalty(0, 0.02),
                                penalty(0.01, 0.02),
                                penalty(1e-12, 0),
                                penalty(0, 0))
                        .flatMap(
                                it ->
                                        Stream.of(
                                                it,
                                                it.with("edges", UpdateCases::setEdges),
                                                it.with("NaN", UpdateCases::spoilWeight))),
                Stream.of(penalty(0.5, 0.25).exact(), penalty(2, 0).exact()));
    }

    private static UpdateComparison penalty(double l1, double l2) {
        return UpdateComparison.of(
                "penalty(" + l1 + ", " + l2 + ")",
                p -> p.update(new UpdateRule.Penalty(l1, l2)),
                rounding -> OF_PENALTY * rounding,
                /* scale= */ 1e-3);
    }

    /** Numbers with and without a sign. */
    private static void setEdges(UpdatedModel model, int step) {
        Tensor w = model.weight();
        double[] edges = {0, -0.0, Float.MIN_VALUE, -Float.MIN_VALUE, 1e6};
        for (int i = 0; i < edges.length; i++) {
            set(w, i, edges[i]);
        }
    }

    private static void spoilWeight(UpdatedModel model, int step) {
        model.singleWeight().copyFrom(Double.NaN);
    }

    /** With gradients of 1e-6 the constant in the denominator counts, too. */
    private static Stream<UpdateComparison> clipNorms() {
        UpdateComparison clip = clipNorm(1, 3);
        return Stream.of(
                clipNorm(1e-3, 3),
                clip,
                clipNorm(1e-4, 1e-6),
                clipNorm(1e6, 3).exact(),
                clip.with("NaN", UpdateCases::spoilGradient),
                clip.with(
                        "infinity",
                        (model, t) -> set(model.gradients().get(0), t, Double.POSITIVE_INFINITY)),
                clip.with("zeros", (model, t) -> model.gradients().forEach(g -> g.setAll(i -> 0))));
    }

    private static void spoilGradient(UpdatedModel model, int step) {
        if (step == 2) {
            model.singleWeight().requireGrad().copyFrom(Double.NaN);
        }
    }

    private static UpdateComparison clipNorm(double maxNorm, double scale) {
        return UpdateComparison.of(
                "clip norm(" + maxNorm + ") of " + scale,
                p -> p.update(new UpdateRule.ClipNorm(maxNorm)),
                rounding -> OF_CLIP_NORM * rounding + OF_REFERENCE_NORM,
                scale);
    }

    /** {@code (3·dw + dw) / 2}, in 2 roundings. */
    private static UpdateComparison collected() {
        return UpdateComparison.of(
                "accumulate and collect",
                p -> {
                    Update accumulate = p.update(new UpdateRule.Accumulate());
                    Update collect = p.update(new UpdateRule.Collect());
                    return () -> {
                        for (int n = 1; n <= 3; n++) {
                            p.setControl(/* learningRate= */ 1, n, /* update= */ 1, n);
                            accumulate.run();
                        }
                        p.setControl(/* learningRate= */ 1, 4, /* update= */ 1, 2);
                        collect.run();
                    };
                },
                rounding -> 3 * rounding,
                /* scale= */ 3);
    }

    /** Parameters and gradients stay; AverageConformanceTest looks at the average. */
    private static UpdateComparison averaged() {
        return UpdateComparison.of(
                "average",
                p -> p.update(new UpdateRule.Average(0.8, /* warmUp= */ false)),
                rounding -> 0,
                /* scale= */ 1);
    }

    private static Stream<UpdateComparison> clipValues() {
        UpdateComparison clip =
                UpdateComparison.of(
                        "clip value(2.5)",
                        p -> p.update(new UpdateRule.ClipValue(2.5)),
                        rounding -> 0,
                        /* scale= */ 3);
        return Stream.of(clip, clip.exact(), clip.with("NaN", UpdateCases::spoil));
    }
}
