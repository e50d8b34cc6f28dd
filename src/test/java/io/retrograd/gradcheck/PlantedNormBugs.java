package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.accumulated;
import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.Mutation.spoilForward;
import static io.retrograd.gradcheck.Mutation.unwritten;
import static io.retrograd.gradcheck.PlantedBug.elementwise;

import io.retrograd.operation.LocalResponseNormSpec;
import java.util.List;
import java.util.stream.Stream;

/** Wrong backwards and running statistics of the norms. */
final class PlantedNormBugs {
    private static final int X = 0;
    private static final int W = 1;
    private static final int B = 2;
    private static final int MEAN = 3;
    private static final int VAR = 4;

    private PlantedNormBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(batchNorm(), norms()).flatMap(List::stream).toList();
    }

    /** On (4, 3), with momentum 0.3. */
    private static List<PlantedBug> batchNorm() {
        return List.of(
                norm(
                        "mean term missing",
                        spoil(
                                call -> {
                                    double[] db = call.gradient(B);
                                    double[] s = scales(call);
                                    call.setGradient(X, (i, g) -> g + s[i % 3] * db[i % 3] / 4);
                                })),
                norm(
                        "variance term missing",
                        spoil(
                                call -> {
                                    double[] dw = call.gradient(W);
                                    double[] s = scales(call);
                                    double[] xhat = normalised(call);
                                    call.setGradient(
                                            X, (i, g) -> g + s[i % 3] * xhat[i] * dw[i % 3] / 4);
                                })),
                norm(
                        "statistics taken for constants",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    double[] s = scales(call);
                                    call.setGradient(X, (i, g) -> s[i % 3] * dy[i]);
                                })),
                norm(
                        "dw without the normalised x",
                        spoil(
                                call -> {
                                    double[] db = call.gradient(B);
                                    call.setGradient(W, (c, g) -> db[c]);
                                })),
                norm("db forgotten", unwritten(B)),
                norm(
                        "weight missing in dx",
                        spoil(
                                call -> {
                                    double[] w = call.value(W);
                                    call.setGradient(X, (i, g) -> g / w[i % 3]);
                                })),
                norm(
                        "running variance biased",
                        statistics(
                                (before, right) ->
                                        before + 0.3 * (0.75 * right(before, right) - before),
                                VAR)),
                norm("running mean never moved", statistics((before, right) -> before, MEAN)),
                norm(
                        "momentum swapped",
                        statistics(
                                (before, right) -> before + 0.7 * (right(before, right) - before),
                                MEAN)),
                norm(
                        "running mean of the wrong channel",
                        spoilForward(
                                call -> {
                                    double[] mean = call.value(MEAN);
                                    call.setValue(MEAN, (c, m) -> mean[(c + 1) % 3]);
                                })),
                norm(
                        "running variance holds the deviation",
                        statistics(
                                (before, right) ->
                                        before + 0.3 * (Math.sqrt(right(before, right)) - before),
                                VAR)),
                inference(
                        "running mean moved",
                        spoilForward(call -> call.setValue(MEAN, (c, m) -> 0.9 * m))),
                inference(
                        "mean term of training",
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(X);
                                    call.setGradient(
                                            X,
                                            (i, g) ->
                                                    g
                                                            - (dx[i % 3]
                                                                            + dx[3 + i % 3]
                                                                            + dx[6 + i % 3]
                                                                            + dx[9 + i % 3])
                                                                    / 4);
                                })),
                inference(
                        "dw without the normalised x",
                        spoil(
                                call -> {
                                    double[] db = call.gradient(B);
                                    call.setGradient(W, (c, g) -> db[c]);
                                })));
    }

    /** The batch's statistic, from a running one before and after. */
    private static double right(double before, double after) {
        return before + (after - before) / 0.3;
    }

    private static PlantedBug norm(String name, Mutation mutation) {
        return PlantedBug.of(name, "batchNormTraining", "batch-norm", mutation);
    }

    private static PlantedBug inference(String name, Mutation mutation) {
        GradientCheck check = LayerCatalogue.find("batch-norm").orElseThrow().checks().get(1);
        return new PlantedBug("batchNormInference: " + name, "batchNormInference", check, mutation);
    }

    /** A running statistic that moves wrongly. */
    private static Mutation statistics(Statistic wrong, int tensor) {
        return call ->
                new Mutation.Delegate(call.right()) {
                    @Override
                    public void forward() {
                        double[] before = call.value(tensor);
                        super.forward();
                        call.setValue(tensor, (c, right) -> wrong.of(before[c], right));
                    }
                };
    }

    @FunctionalInterface
    private interface Statistic {
        double of(double before, double right);
    }

    /** w / √(var + eps) a channel, from the values of a (4, 3) batch. */
    private static double[] scales(Call call) {
        double[] xhat = normalised(call);
        double[] x = call.value(X);
        double[] w = call.value(W);
        double[] scales = new double[3];
        for (int c = 0; c < 3; c++) {
            scales[c] = w[c] * (xhat[c] - xhat[c + 3]) / (x[c] - x[c + 3]);
        }
        return scales;
    }

    /** x̂ = (y − b) / w. */
    private static double[] normalised(Call call) {
        double[] y = call.y();
        double[] w = call.value(W);
        double[] b = call.value(B);
        for (int i = 0; i < y.length; i++) {
            y[i] = (y[i] - b[i % 3]) / w[i % 3];
        }
        return y;
    }

    private static List<PlantedBug> norms() {
        return List.of(
                PlantedBug.of(
                        "mean over the wrong axis",
                        "layerNorm",
                        "layer-norm",
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(X);
                                    call.setGradient(
                                            X,
                                            (i, g) -> {
                                                double sum = 0;
                                                for (int j = i % 5; j < dx.length; j += 5) {
                                                    sum += dx[j];
                                                }
                                                return g - sum * 5 / dx.length;
                                            });
                                })),
                PlantedBug.of(
                        "dw summed over one sample",
                        "layerNorm",
                        "layer-norm",
                        gradient(W, (i, g) -> g / 2)),
                PlantedBug.of(
                        "dw and db swapped",
                        "layerNorm",
                        "layer-norm-2d",
                        spoil(
                                call -> {
                                    double[] dw = call.gradient(W);
                                    double[] db = call.gradient(B);
                                    call.setGradient(W, (i, g) -> db[i]);
                                    call.setGradient(B, (i, g) -> dw[i]);
                                })),
                PlantedBug.of("one group in backward", "groupNorm", "group-norm", argument(1, 1)),
                PlantedBug.of(
                        "sum over the row missing",
                        "rmsNorm",
                        "rms-norm",
                        spoil(
                                call -> {
                                    double[] x = call.value(X);
                                    double[] y = call.y();
                                    double[] dy = call.dy();
                                    call.setGradient(X, (i, g) -> dy[i] * y[i] / x[i]);
                                })),
                PlantedBug.of("dw of the first row", "rmsNorm", "rms-norm-2d", firstRow()),
                PlantedBug.of(
                        "mean term missing",
                        "groupNorm",
                        "instance-norm-affine",
                        gradient(X, (i, g) -> g + 0.3)),
                PlantedBug.of("db accumulated", "groupNorm", "group-norm", accumulated(B)),
                PlantedBug.of(
                        "cross term missing",
                        "localResponseNorm",
                        "local-response-norm",
                        elementwise((x, y, dy) -> dy * y / x)),
                PlantedBug.of(
                        "window one too narrow",
                        "localResponseNorm",
                        "local-response-norm-even",
                        altered(
                                args -> {
                                    LocalResponseNormSpec s = (LocalResponseNormSpec) args[0];
                                    args[0] =
                                            new LocalResponseNormSpec(
                                                    3, s.alpha(), s.beta(), s.k());
                                    return args;
                                })),
                PlantedBug.of(
                        "beta one too large",
                        "localResponseNorm",
                        "local-response-norm",
                        altered(
                                args -> {
                                    LocalResponseNormSpec s = (LocalResponseNormSpec) args[0];
                                    args[0] =
                                            new LocalResponseNormSpec(
                                                    s.size(), s.alpha(), s.beta() + 1, s.k());
                                    return args;
                                })));
    }

    /** dw as if only the first sample were there, on (2, 3, 4). */
    private static Mutation firstRow() {
        return spoil(
                call -> {
                    double[] w = call.value(W);
                    double[] y = call.y();
                    double[] dy = call.dy();
                    call.setGradient(W, (i, g) -> dy[i] * y[i] / w[i]);
                });
    }
}
