package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.accumulated;
import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.Mutation.unwritten;
import static io.retrograd.gradcheck.PlantedBug.elementwise;

import io.retrograd.operation.ActivationSpec;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** Wrong backwards of activations, softmax, dropout and composites. */
final class PlantedOtherBugs {
    private static final int X = 0;
    private static final int W = 1;

    private PlantedOtherBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(anyActivation(), activations(), softmax(), shapes())
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
}
