package io.retrograd.demo;

import io.retrograd.plot.DotPanel;
import io.retrograd.plot.LinePanel;
import io.retrograd.plot.LinePanel.Line;
import io.retrograd.plot.Sheet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The pictures of {@link Overfit}. */
record OverfitPlot(Map<String, List<Learned>> byMethod) {
    private static final double WIDEST = 0.4;
    private static final int BINS = 81;

    Sheet sheet() {
        return new Sheet()
                .add(gap())
                .add(
                        methods(
                                new LinePanel(
                                                "Training loss by method, mean of seeds",
                                                "epoch",
                                                "loss")
                                        .logarithmic(),
                                Learned::trainLosses))
                .add(
                        methods(
                                new LinePanel("Test loss by method, mean of seeds", "epoch", "loss")
                                        .y(0.3, 0.9),
                                Learned::testLosses))
                .add(dots("Test loss at the end, each seed", "loss", Learned::testLoss))
                .add(dots("Test accuracy, each seed", "accuracy", Learned::testAccuracy))
                .add(weights());
    }

    private List<Learned> runs(String name) {
        return Objects.requireNonNull(byMethod.get(name));
    }

    private LinePanel gap() {
        LinePanel panel =
                new LinePanel(
                                "Nothing: loss on training and test digits, mean and range",
                                "epoch",
                                "loss")
                        .logarithmic()
                        .fromX(0);
        course(panel, Line.solid("training", 0), runs("nothing"), Learned::trainLosses);
        course(panel, Line.solid("test", 3), runs("nothing"), Learned::testLosses);
        return panel;
    }

    private LinePanel methods(LinePanel empty, Function<Learned, List<Double>> of) {
        LinePanel panel = empty.fromX(0);
        int color = 0;
        for (Map.Entry<String, List<Learned>> method : byMethod.entrySet()) {
            Line line =
                    color == 0
                            ? Line.dashed(method.getKey(), -1)
                            : Line.solid(method.getKey(), color - 1);
            panel.line(line, epochs(method.getValue(), of), means(method.getValue(), of));
            color++;
        }
        return panel;
    }

    private static void course(
            LinePanel panel, Line line, List<Learned> runs, Function<Learned, List<Double>> of) {
        double[] x = epochs(runs, of);
        double[] low = new double[x.length];
        double[] high = new double[x.length];
        for (int e = 0; e < x.length; e++) {
            double[] sorted = sorted(runs, of, e);
            low[e] = sorted[0];
            high[e] = sorted[sorted.length - 1];
        }
        panel.band(line.color(), x, low, high).line(line, x, means(runs, of));
    }

    /** As many as the shortest run has, which an early stop makes shorter. */
    private static double[] epochs(List<Learned> runs, Function<Learned, List<Double>> of) {
        int epochs = runs.stream().mapToInt(run -> of.apply(run).size()).min().orElse(0);
        return IntStream.rangeClosed(1, epochs).asDoubleStream().toArray();
    }

    private static double[] means(List<Learned> runs, Function<Learned, List<Double>> of) {
        return IntStream.range(0, epochs(runs, of).length)
                .mapToDouble(e -> Arrays.stream(sorted(runs, of, e)).average().orElse(Double.NaN))
                .toArray();
    }

    private static double[] sorted(
            List<Learned> runs, Function<Learned, List<Double>> of, int epoch) {
        return Learned.sorted(runs, run -> of.apply(run).get(epoch));
    }

    private DotPanel dots(String title, String x, Function<Learned, Double> of) {
        DotPanel panel = new DotPanel(title, x);
        byMethod.forEach((name, runs) -> panel.row(name, Learned.sorted(runs, of)));
        return panel;
    }

    private LinePanel weights() {
        LinePanel panel =
                new LinePanel("Weights after training, all seeds", "weight", "share of weights")
                        .logarithmic();
        double[] centres =
                IntStream.range(0, BINS)
                        .mapToDouble(i -> WIDEST * (2.0 * i / (BINS - 1) - 1))
                        .toArray();
        panel.line(Line.solid("nothing", -1), centres, histogram(runs("nothing")));
        panel.line(Line.solid("L2", 1), centres, histogram(runs("L2")));
        return panel.line(Line.solid("L1", 0), centres, histogram(runs("L1")));
    }

    private static double[] histogram(List<Learned> runs) {
        double[] shares = new double[BINS];
        long all = runs.stream().mapToLong(run -> run.weights().length).sum();
        for (Learned run : runs) {
            for (double w : run.weights()) {
                int bin = (int) Math.round((w / WIDEST + 1) / 2 * (BINS - 1));
                if (bin >= 0 && bin < BINS) {
                    shares[bin] += 1.0 / all;
                }
            }
        }
        return shares;
    }
}
