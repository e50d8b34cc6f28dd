package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.accumulated;
import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.sees;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.Mutation.stale;
import static io.retrograd.gradcheck.Mutation.unwritten;

import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.operation.TransposedConvolutionSpec;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Wrong backwards of linear layers, convolutions and pooling. */
final class PlantedSpatialBugs {
    private static final int X = 0;
    private static final int W = 1;
    private static final int B = 2;

    private PlantedSpatialBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(linear(), convolution(), transposedConvolution(), pooling())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PlantedBug> linear() {
        return List.of(
                linear("sign of dx", gradient(X, (i, g) -> -g)),
                linear("weight transposed in dx", sees(W, w -> transposed(w, 3, 5))),
                linear("dw transposed", spoil(call -> call.setGradient(W, turned(call)))),
                linear("bias forgotten", gradient(B, (i, g) -> 0)),
                linear("dw accumulated", accumulated(W)),
                linear("db accumulated", accumulated(B)),
                linear("dx never written", unwritten(X)),
                linear(
                        "last element of dw never written",
                        spoil(
                                call -> {
                                    int last = call.gradient(W).length - 1;
                                    call.setGradient(W, (i, g) -> i == last ? Double.NaN : g);
                                })),
                linear("db divided by N", gradient(B, (i, g) -> g / 4)),
                linear("x of the first step kept", stale(X)),
                linear("weight of the first step kept", stale(W)),
                linear("dx wrong by a millionth", gradient(X, (i, g) -> g * (1 + 1e-6))),
                linear("dx of one element wrong", gradient(X, (i, g) -> i == 7 ? g + 1e-9 : g)),
                linear(
                        "dw different each time",
                        spoil(
                                call -> {
                                    double noise = System.nanoTime() % 1000 * 1e-18;
                                    call.setGradient(W, (i, g) -> g + noise);
                                })),
                linear("x changed by backward", spoil(call -> call.setValue(X, (i, v) -> -v))),
                linear(
                        "forgets that backward reads x",
                        call ->
                                new Mutation.Delegate(call.right()) {
                                    @Override
                                    public boolean backwardReads(Tensor tensor) {
                                        return false;
                                    }
                                }));
    }

    /** Three layers, so that memory of what lies between is reused. */
    private static PlantedBug linear(String name, Mutation mutation) {
        boolean reuse = name.startsWith("forgets");
        GradientCheck check =
                reuse
                        ? GradientCheck.of(
                                new Sequential(new Linear(5), new Linear(5), new Linear(5)),
                                Shape.of(4, 5))
                        : GradientCheck.of(new Linear(3), Shape.of(4, 5));
        return new PlantedBug("linear: " + name, "linear", check, mutation);
    }

    private static List<PlantedBug> convolution() {
        return List.of(
                conv(
                        "dilation ignored",
                        spec(
                                s ->
                                        new ConvolutionSpec(
                                                s.stride(),
                                                s.padding(),
                                                List.of(1, 1),
                                                s.groups()))),
                conv(
                        "padding off by one",
                        spec(
                                s ->
                                        new ConvolutionSpec(
                                                s.stride(),
                                                less(s.padding()),
                                                s.dilation(),
                                                s.groups()))),
                conv(
                        "stride ignored",
                        spec(
                                s ->
                                        new ConvolutionSpec(
                                                List.of(1, 1),
                                                s.padding(),
                                                s.dilation(),
                                                s.groups()))),
                conv(
                        "stride of the other dimension",
                        spec(
                                s ->
                                        new ConvolutionSpec(
                                                List.of(s.stride().get(1), s.stride().get(0)),
                                                s.padding(),
                                                s.dilation(),
                                                s.groups()))),
                conv("bias forgotten", gradient(B, (i, g) -> 0)),
                conv(
                        "db without the sum over positions",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    int inner = dy.length / call.dim(3, 0) / call.dim(3, 1);
                                    call.setGradient(B, (k, g) -> dy[k * inner]);
                                })),
                conv("kernel mirrored in dx", sees(W, PlantedSpatialBugs::reversed)),
                conv(
                        "dw mirrored",
                        spoil(
                                call -> {
                                    double[] dw = call.gradient(W);
                                    call.setGradient(W, (i, g) -> dw[dw.length - 1 - i]);
                                })),
                conv(
                        "last column of the kernel left out",
                        gradient(W, (i, g) -> i % 2 == 1 ? 0 : g)),
                conv("dw accumulated", accumulated(W)),
                conv("x of the first step kept", stale(X)),
                conv("dw divided by N", gradient(W, (i, g) -> g / 2)),
                PlantedBug.of(
                        "groups mixed in dw",
                        "convolution",
                        "conv2d-grouped",
                        spoil(
                                call -> {
                                    double[] dw = call.gradient(W);
                                    int half = dw.length / 2;
                                    call.setGradient(W, (i, g) -> dw[(i + half) % dw.length]);
                                })),
                PlantedBug.of(
                        "groups mixed in dx",
                        "convolution",
                        "conv2d-grouped",
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(X);
                                    int two = 2 * dx.length / call.dim(X, 0) / call.dim(X, 1);
                                    call.setGradient(
                                            X, (i, g) -> dx[i / two % 2 == 0 ? i + two : i - two]);
                                })));
    }

    private static PlantedBug conv(String name, Mutation mutation) {
        return PlantedBug.of(name, "convolution", "conv2d", mutation);
    }

    private static List<PlantedBug> transposedConvolution() {
        return List.of(
                transposed(
                        "dilation ignored",
                        transposedSpec(
                                s ->
                                        new ConvolutionSpec(
                                                s.stride(),
                                                s.padding(),
                                                List.of(1, 1),
                                                s.groups()))),
                transposed(
                        "padding off by one",
                        transposedSpec(
                                s ->
                                        new ConvolutionSpec(
                                                s.stride(),
                                                less(s.padding()),
                                                s.dilation(),
                                                s.groups()))),
                transposed("sign of dw", gradient(W, (i, g) -> -g)),
                transposed("bias forgotten", unwritten(B)));
    }

    private static PlantedBug transposed(String name, Mutation mutation) {
        return PlantedBug.of(name, "transposedConvolution", "conv-transpose2d", mutation);
    }

    private static List<PlantedBug> pooling() {
        return List.of(
                PlantedBug.of(
                        "dilation ignored",
                        "maxPooling",
                        "max-pool1d",
                        poolingSpec(
                                s ->
                                        new PoolingSpec(
                                                s.kernel(),
                                                s.stride(),
                                                s.padding(),
                                                List.of(1),
                                                s.ceilMode()))),
                PlantedBug.of(
                        "index of the maximum off by one",
                        "maxPooling",
                        "max-pool2d",
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(X);
                                    call.setGradient(X, (i, g) -> dx[(i + 1) % dx.length]);
                                })),
                PlantedBug.of(
                        "overlapping windows overwrite",
                        "maxPooling",
                        "max-pool2d",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    double most = Arrays.stream(dy).map(Math::abs).max().orElse(0);
                                    call.setGradient(
                                            X, (i, g) -> Math.max(-most, Math.min(most, g)));
                                })),
                PlantedBug.of(
                        "maxima of the first step kept", "maxPooling", "max-pool2d", keepsDx()),
                new PlantedBug(
                        "maxPooling: every tied element gets the gradient",
                        "maxPooling",
                        GradientCheck.of(new MaxPool2d(2), Shape.of(1, 1, 2, 24)).input(oneTie()),
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(X);
                                    call.setGradient(X, (i, g) -> i == 1 ? dx[0] : g);
                                })),
                PlantedBug.of(
                        "padding counted in the divisor",
                        "averagePooling",
                        "avg-pool2d-inside",
                        argument(1, true)),
                PlantedBug.of(
                        "padding not counted in the divisor",
                        "averagePooling",
                        "avg-pool2d",
                        argument(1, false)),
                PlantedBug.of(
                        "divisor missing",
                        "averagePooling",
                        "avg-pool1d",
                        gradient(X, (i, g) -> 3 * g)),
                PlantedBug.of(
                        "padding off by one",
                        "averagePooling",
                        "avg-pool2d",
                        poolingSpec(
                                s ->
                                        new PoolingSpec(
                                                s.kernel(),
                                                s.stride(),
                                                List.of(0, 0),
                                                s.dilation(),
                                                s.ceilMode()))),
                PlantedBug.of(
                        "windows end one too early",
                        "adaptiveAveragePooling",
                        "adaptive-avg-pool2d",
                        gradient(X, (i, g) -> i % 5 == 4 ? 0 : g)),
                PlantedBug.of(
                        "one divisor for all windows",
                        "adaptiveAveragePooling",
                        "adaptive-avg-pool1d",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    call.setGradient(
                                            X, (i, g) -> dy[i / 7 * 4 + i % 7 * 4 / 7] / 2);
                                })));
    }

    /** Distinct values but for the first two, the largest of their window. */
    private static double[] oneTie() {
        double[] x = new double[48];
        Arrays.setAll(x, i -> i < 2 ? 6 : i / 8.0);
        return x;
    }

    /** dx of the first backward, ever after. */
    private static Mutation keepsDx() {
        return call ->
                new Mutation.Delegate(call.right()) {
                    private double[] first = new double[0];

                    @Override
                    public void backward() {
                        super.backward();
                        first = first.length == 0 ? call.gradient(X) : first;
                        call.setGradient(X, (i, g) -> first[i]);
                    }
                };
    }

    private static Mutation spec(UnaryOperator<ConvolutionSpec> change) {
        return altered(
                args -> {
                    args[0] = change.apply((ConvolutionSpec) args[0]);
                    return args;
                });
    }

    private static Mutation transposedSpec(UnaryOperator<ConvolutionSpec> change) {
        return altered(
                args -> {
                    TransposedConvolutionSpec s = (TransposedConvolutionSpec) args[0];
                    args[0] =
                            new TransposedConvolutionSpec(
                                    change.apply(s.convolution()), s.outputPadding());
                    return args;
                });
    }

    private static Mutation poolingSpec(UnaryOperator<PoolingSpec> change) {
        return altered(
                args -> {
                    args[0] = change.apply((PoolingSpec) args[0]);
                    return args;
                });
    }

    private static List<Integer> less(List<Integer> padding) {
        return padding.stream().map(p -> Math.max(0, p - 1)).toList();
    }

    private static double[] reversed(double[] values) {
        double[] reversed = new double[values.length];
        Arrays.setAll(reversed, i -> values[values.length - 1 - i]);
        return reversed;
    }

    /** The elements of a matrix in the order of its transposed. */
    private static double[] transposed(double[] matrix, int rows, int columns) {
        double[] turned = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            turned[i % columns * rows + i / columns] = matrix[i];
        }
        return turned;
    }

    private static Mutation.Element turned(Call call) {
        double[] dw = transposed(call.gradient(W), call.dim(W, 0), call.dim(W, 1));
        return (i, g) -> dw[i];
    }
}
