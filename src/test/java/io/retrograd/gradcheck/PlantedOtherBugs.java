package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.accumulated;
import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.Mutation.unwritten;
import static io.retrograd.gradcheck.PlantedBug.elementwise;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** Wrong backwards of activations, softmax, dropout, composites and losses. */
final class PlantedOtherBugs {
    private static final int X = 0;
    private static final int W = 1;

    private PlantedOtherBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(anyActivation(), activations(), softmax(), shapes(), losses())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PlantedBug> anyActivation() {
        return Stream.of(ActivationSpec.Kind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .map(name -> activation("that of x", name, elementwise((x, y, dy) -> dy)))
                .toList();
    }

    private static List<PlantedBug> activations() {
        return List.of(
                activation("mask turned round", "relu", elementwise((x, y, dy) -> x > 0 ? 0 : dy)),
                activation("mask from dy", "relu", elementwise((x, y, dy) -> dy > 0 ? dy : 0)),
                activation("slope forgotten", "leaky-relu", parameter(0)),
                activation("alpha forgotten", "elu", parameter(1)),
                activation("factor 1 − y missing", "sigmoid", elementwise((x, y, dy) -> dy * y)),
                activation(
                        "derivative at y and not at x",
                        "sigmoid",
                        elementwise(
                                (x, y, dy) -> {
                                    double s = 1 / (1 + Math.exp(-y));
                                    return dy * s * (1 - s);
                                })),
                activation("square missing", "tanh", elementwise((x, y, dy) -> dy * (1 - y))),
                activation(
                        "mask from the input, not the output's range",
                        "hardtanh",
                        elementwise((x, y, dy) -> x > 0 ? dy : 0)),
                activation("product rule forgotten", "silu", elementwise((x, y, dy) -> dy * y / x)),
                activation("density term missing", "gelu", elementwise((x, y, dy) -> dy * y / x)),
                activation(
                        "tanh approximation",
                        "gelu",
                        elementwise(
                                (x, y, dy) -> {
                                    double u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
                                    double t = Math.tanh(u);
                                    double du = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
                                    return dy * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du);
                                })),
                activation(
                        "that of silu",
                        "mish",
                        altered(
                                args -> {
                                    args[0] = ActivationSpec.of(ActivationSpec.Kind.SILU);
                                    return args;
                                })),
                activation("that of relu", "softplus", elementwise((x, y, dy) -> x > 0 ? dy : 0)),
                activation(
                        "square missing",
                        "softsign",
                        elementwise((x, y, dy) -> dy / (1 + Math.abs(x)))),
                activation(
                        "slope 1/2 missing",
                        "hardswish",
                        elementwise((x, y, dy) -> x <= -3 ? 0 : x >= 3 ? dy : dy * x / 3)),
                activation("mask turned round", "relu6", elementwise((x, y, dy) -> x > 0 ? 0 : dy)),
                activation(
                        "ceiling forgotten",
                        "relu6-beyond",
                        elementwise((x, y, dy) -> x > 0 ? dy : 0)),
                activation(
                        "scale forgotten",
                        "selu",
                        elementwise((x, y, dy) -> x > 0 ? dy : dy * (y + 1.758099))),
                activation("alpha forgotten", "celu", parameter(1)),
                activation(
                        "that of sigmoid",
                        "hardsigmoid",
                        elementwise((x, y, dy) -> dy * y * (1 - y))),
                activation(
                        "sigmoid of x", "logsigmoid", elementwise((x, y, dy) -> dy * Math.exp(y))),
                activation("square missing", "tanhshrink", elementwise((x, y, dy) -> dy * (x - y))),
                activation(
                        "product rule forgotten",
                        "gelu-tanh",
                        elementwise((x, y, dy) -> dy * y / x)),
                PlantedBug.of(
                        "weight gradient without mask",
                        "prelu",
                        "prelu-per-channel",
                        spoil(
                                call -> {
                                    double[] x = call.value(X);
                                    double[] dy = call.dy();
                                    call.setGradient(
                                            W,
                                            (c, g) -> {
                                                double sum = 0;
                                                for (int i = 0; i < x.length; i++) {
                                                    sum += i / 5 % 3 == c ? dy[i] * x[i] : 0;
                                                }
                                                return sum;
                                            });
                                })),
                PlantedBug.of(
                        "weight gradient of the first channel only",
                        "prelu",
                        "prelu",
                        gradient(W, (c, g) -> g / 3)),
                PlantedBug.of(
                        "slope missing in dx",
                        "prelu",
                        "prelu",
                        elementwise((x, y, dy) -> x > 0 ? dy : 0)),
                PlantedBug.of(
                        "without scaling", "dropout", "dropout", gradient(X, (i, g) -> g * 0.7)),
                PlantedBug.of(
                        "without mask", "dropout", "dropout", elementwise((x, y, dy) -> dy / 0.7)),
                PlantedBug.of("mask of another stream", "dropout", "dropout", argument(1, 77L)),
                PlantedBug.of(
                        "fresh mask each time",
                        "dropout",
                        "dropout",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    Random random = new Random();
                                    call.setGradient(
                                            X,
                                            (i, g) -> random.nextDouble() < 0.3 ? 0 : dy[i] / 0.7);
                                })));
    }

    private static PlantedBug activation(String name, String entry, Mutation mutation) {
        return PlantedBug.of(entry + ", " + name, "activation", entry, mutation);
    }

    private static Mutation parameter(double alpha) {
        return altered(
                args -> {
                    args[0] = new ActivationSpec(((ActivationSpec) args[0]).kind(), alpha);
                    return args;
                });
    }

    private static List<PlantedBug> softmax() {
        return List.of(
                PlantedBug.of(
                        "sum term missing",
                        "softmax",
                        "softmax",
                        elementwise((x, y, dy) -> dy * y)),
                PlantedBug.of(
                        "diagonal only",
                        "softmax",
                        "softmax",
                        elementwise((x, y, dy) -> dy * y * (1 - y))),
                PlantedBug.of("wrong dimension", "softmax", "softmax-spatial", argument(1, 2)),
                PlantedBug.of(
                        "sum term missing",
                        "logSoftmax",
                        "log-softmax",
                        elementwise((x, y, dy) -> dy)),
                PlantedBug.of(
                        "y where e to the y belongs",
                        "logSoftmax",
                        "log-softmax",
                        spoil(
                                call -> {
                                    double[] y = call.y();
                                    double[] dy = call.dy();
                                    call.setGradient(
                                            X,
                                            (i, g) -> {
                                                double sum = 0;
                                                for (int j = i / 5 * 5; j < i / 5 * 5 + 5; j++) {
                                                    sum += dy[j];
                                                }
                                                return dy[i] - y[i] * sum;
                                            });
                                })));
    }

    private static List<PlantedBug> shapes() {
        return List.of(
                PlantedBug.of(
                        "last element forgotten",
                        "reshape",
                        "flatten",
                        gradient(X, (i, g) -> i == 29 ? 0 : g)),
                PlantedBug.of(
                        "not swapped back",
                        "permute",
                        "transpose",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    call.setGradient(X, (i, g) -> dy[i]);
                                })),
                PlantedBug.of(
                        "offset of the second input wrong",
                        "concat",
                        "concat",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    call.setGradient(1, (i, g) -> dy[i]);
                                })),
                PlantedBug.of(
                        "offset without the sample",
                        "concat",
                        "concat",
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(2);
                                    call.setGradient(2, (i, g) -> dx[i % (dx.length / 2)]);
                                })),
                PlantedBug.of("second input never written", "add", "residual", unwritten(1)),
                PlantedBug.of("gradient halved", "add", "residual", gradient(X, (i, g) -> g / 2)),
                PlantedBug.of(
                        "a branch forgotten",
                        "fork",
                        "residual",
                        spoil(
                                call -> {
                                    double[] dy = call.gradient(1);
                                    call.setGradient(X, (i, g) -> dy[i]);
                                })),
                PlantedBug.of("accumulated", "fork", "concat", accumulated(X)));
    }

    private static List<PlantedBug> losses() {
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
                pointwise("sign", "kl-div-loss", gradient(X, (i, g) -> -g)));
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

    private static Mutation kind(PointwiseLossSpec.Kind kind) {
        return altered(
                args -> {
                    PointwiseLossSpec spec = (PointwiseLossSpec) args[0];
                    args[0] = new PointwiseLossSpec(kind, spec.parameter(), spec.reduction());
                    return args;
                });
    }
}
