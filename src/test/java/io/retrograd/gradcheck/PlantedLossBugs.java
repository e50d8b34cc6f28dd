package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.PlantedBug.elementwise;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import java.util.List;

/** Wrong backwards of losses. */
final class PlantedLossBugs {
    private static final int X = 0;

    private PlantedLossBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                entropy("1/N missing", "", gradient(X, (i, g) -> 5 * g)),
                entropy(
                        "label off by one",
                        "",
                        spoil(
                                call -> {
                                    double[] label = call.value(1);
                                    call.setGradient(
                                            X,
                                            (i, g) -> g + (at(label, i, 0) - at(label, i, 1)) / 5);
                                })),
                entropy(
                        "softmax term missing",
                        "",
                        spoil(
                                call -> {
                                    double[] label = call.value(1);
                                    call.setGradient(X, (i, g) -> -at(label, i, 0) / 5);
                                })),
                entropy(
                        "label smoothing forgotten",
                        "-smoothed",
                        altered(
                                args -> {
                                    CrossEntropySpec spec = (CrossEntropySpec) args[0];
                                    args[0] =
                                            new CrossEntropySpec(
                                                    spec.reduction(),
                                                    0,
                                                    spec.ignoreIndex(),
                                                    spec.form());
                                    return args;
                                })),
                entropy("class weights forgotten", "-weighted", argument(3, null)),
                entropy(
                        "divided by N, not by the weights",
                        "-weighted",
                        spoil(
                                call -> {
                                    double[] label = call.value(1);
                                    double[] weight = call.value(2);
                                    double sum = 0;
                                    for (double l : label) {
                                        sum += weight[(int) l];
                                    }
                                    double factor = sum / 5;
                                    call.setGradient(X, (i, g) -> g * factor);
                                })),
                entropy(
                        "nothing ignored",
                        "-positions",
                        altered(
                                args -> {
                                    CrossEntropySpec spec = (CrossEntropySpec) args[0];
                                    args[0] =
                                            new CrossEntropySpec(
                                                    spec.reduction(),
                                                    spec.labelSmoothing(),
                                                    CrossEntropySpec.NO_CLASS,
                                                    spec.form());
                                    return args;
                                })),
                entropy(
                        "divided by samples, not by positions",
                        "-of-probabilities",
                        gradient(X, (i, g) -> 6 * g)),
                PlantedBug.of(
                        "a part of exp(z) too much",
                        "ctc",
                        "ctc-loss",
                        spoil(
                                call -> {
                                    double[] x = call.value(X);
                                    call.setGradient(
                                            X, (i, g) -> g == 0 ? 0 : g + Math.exp(x[i]) / 99);
                                })),
                PlantedBug.of(
                        "of the whole input",
                        "ctc",
                        "ctc-loss",
                        gradient(X, (i, g) -> g == 0 ? 0.1 : g)),
                PlantedBug.of(
                        "not divided by the lengths",
                        "ctc",
                        "ctc-loss",
                        altered(
                                args -> {
                                    CtcSpec spec = (CtcSpec) args[0];
                                    args[0] =
                                            new CtcSpec(
                                                    spec.blank(),
                                                    Reduction.SUM,
                                                    spec.zeroInfinity(),
                                                    spec.batchFirst());
                                    return args;
                                })),
                PlantedBug.of(
                        "softmax term added",
                        "crossEntropy",
                        "nll-loss",
                        spoil(
                                call -> {
                                    double[] x = call.value(X);
                                    call.setGradient(X, (i, g) -> g + Math.exp(x[i]) / 5);
                                })),
                entropy("divided by N in a sum", "-sum", gradient(X, (i, g) -> g / 5)),
                pointwise("factor 2 missing", "mse-loss", gradient(X, (i, g) -> g / 2)),
                pointwise("1/N missing", "mse-loss", gradient(X, (i, g) -> 15 * g)),
                pointwise(
                        "sign of x, not of x − t",
                        "l1-loss",
                        elementwise((x, y, dy) -> dy * Math.signum(x) / 15)),
                pointwise("that of l1", "smooth-l1-loss", kind(PointwiseLossSpec.Kind.L1)),
                pointwise("not clamped", "huber-loss", kind(PointwiseLossSpec.Kind.MSE)),
                pointwise(
                        "beta as if 1",
                        "smooth-l1-loss",
                        altered(
                                args -> {
                                    PointwiseLossSpec spec = (PointwiseLossSpec) args[0];
                                    args[0] =
                                            new PointwiseLossSpec(spec.kind(), 1, spec.reduction());
                                    return args;
                                })),
                pointwise(
                        "target forgotten",
                        "bce-with-logits-loss",
                        elementwise((x, y, dy) -> dy / (1 + Math.exp(-x)) / 15)),
                pointwise(
                        "positive weights forgotten",
                        "bce-with-logits-loss-positive",
                        argument(3, null)),
                pointwise(
                        "weights of the next element",
                        "bce-with-logits-loss-positive",
                        spoil(
                                call -> {
                                    double[] t = call.value(1);
                                    call.setGradient(
                                            X,
                                            (i, g) -> {
                                                int w = (i / 10 * 2 + 1) * 10;
                                                return g / t[w + i % 10] * t[w + (i + 1) % 10];
                                            });
                                })),
                pointwise("sign", "kl-div-loss", gradient(X, (i, g) -> -g)),
                pointwise("that of the entropy", "focal-loss", second(0.25, 0)),
                pointwise("alpha forgotten", "focal-loss", second(-1, 2)),
                pointwise("alpha of the wrong side", "focal-loss", second(0.75, 2)),
                pointwise(
                        "that of means",
                        "poisson-nll-loss",
                        kind(PointwiseLossSpec.Kind.POISSON_NLL)),
                pointwise("eps forgotten", "poisson-nll-loss-of-means", second(0, 0)));
    }

    /** 1 where element i of (5, 4) logits is that of the label, moved on by {@code shift}. */
    private static double at(double[] label, int i, int shift) {
        return i % 4 == (label[i / 4] + shift) % 4 ? 1 : 0;
    }

    private static PlantedBug entropy(String name, String entry, Mutation mutation) {
        return PlantedBug.of(name, "crossEntropy", "cross-entropy" + entry, mutation);
    }

    private static PlantedBug pointwise(String name, String entry, Mutation mutation) {
        return PlantedBug.of(entry + ", " + name, "pointwiseLoss", entry, mutation);
    }

    /** Another α and γ of focal, or ε of Poisson. */
    private static Mutation second(double second, double parameter) {
        return altered(
                args -> {
                    PointwiseLossSpec spec = (PointwiseLossSpec) args[0];
                    args[0] =
                            new PointwiseLossSpec(spec.kind(), parameter, second, spec.reduction());
                    return args;
                });
    }

    private static Mutation kind(PointwiseLossSpec.Kind kind) {
        return altered(
                args -> {
                    PointwiseLossSpec spec = (PointwiseLossSpec) args[0];
                    args[0] = new PointwiseLossSpec(kind, spec.parameter(), spec.reduction());
                    return args;
                });
    }
}
