package io.retrograd.demo;

import io.retrograd.plot.LinePanel;
import io.retrograd.plot.LinePanel.Line;
import io.retrograd.plot.Sheet;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The pictures of {@link Depth}.
 *
 * @param shown the depth whose layers are drawn one by one
 */
record DepthPlot(List<Depth.Run> runs, int shown) {
    /** Plain networks are dashed under Kaiming's first values, so that pairs have one colour. */
    private static final List<Line> LINES =
            List.of(
                    Line.solid("sigmoid, Xavier", 0),
                    Line.dashed("sigmoid, Kaiming", 0),
                    Line.solid("tanh, Xavier", 1),
                    Line.dashed("tanh, Kaiming", 1),
                    Line.solid("ReLU, Xavier", 2),
                    Line.dashed("ReLU, Kaiming", 2),
                    Line.solid("ReLU, twice Kaiming", 3),
                    Line.solid("sigmoid, norm", 0),
                    Line.solid("tanh, norm", 1),
                    Line.solid("ReLU, norm", 2),
                    Line.solid("ReLU, residual", 4),
                    Line.solid("ReLU, residual, norm", 5));

    private static final int PLAIN = 7;

    /** Those whose depths are compared: plain ones are dashed. */
    private static final List<Line> DEPTHS =
            List.of(
                    Line.dashed("sigmoid, Xavier", 0),
                    Line.dashed("tanh, Xavier", 1),
                    Line.dashed("ReLU, Xavier", 2),
                    Line.dashed("ReLU, Kaiming", 3),
                    Line.dashed("ReLU, twice Kaiming", -1),
                    Line.solid("sigmoid, norm", 0),
                    Line.solid("tanh, norm", 1),
                    Line.solid("ReLU, norm", 2),
                    Line.solid("ReLU, residual", 4),
                    Line.solid("ReLU, residual, norm", 5));

    Sheet sheet() {
        return new Sheet()
                .add(layers("Before training, plain networks", true, Depth.Run::start))
                .add(layers("Before training, with a remedy", false, Depth.Run::start))
                .add(layers("After training, plain networks", true, Depth.Run::trained))
                .add(layers("After training, with a remedy", false, Depth.Run::trained))
                .add(depths("First layer's norm over the last one's, by depth, at the start"))
                .add(accuracies("Accuracy after training, by depth"));
    }

    private List<Depth.Run> of(Line line, Predicate<Depth.Run> which) {
        return runs.stream()
                .filter(run -> run.network().name().equals(line.name()) && which.test(run))
                .toList();
    }

    private LinePanel layers(String title, boolean plain, Function<Depth.Run, List<Double>> norms) {
        LinePanel panel =
                new LinePanel(
                                title + ", " + shown + " layers",
                                "hidden layer, from the input",
                                "norm of dL/dh")
                        .logarithmic()
                        .fromX(1);
        for (Line line : plain ? LINES.subList(0, PLAIN) : LINES.subList(PLAIN, LINES.size())) {
            for (Depth.Run run : of(line, run -> run.depth() == shown)) {
                double[] y = norms.apply(run).stream().mapToDouble(v -> v).toArray();
                panel.line(line, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
            }
        }
        return panel;
    }

    private LinePanel depths(String title) {
        LinePanel panel =
                new LinePanel(title, "hidden layers", "first norm over last").logarithmic();
        for (Line line : DEPTHS) {
            List<Depth.Run> all = of(line, run -> true);
            panel.line(
                    line,
                    all.stream().mapToDouble(Depth.Run::depth).toArray(),
                    all.stream()
                            .mapToDouble(r -> r.start().get(0) / r.start().get(r.depth() - 1))
                            .toArray());
        }
        return panel;
    }

    private LinePanel accuracies(String title) {
        LinePanel panel = new LinePanel(title, "hidden layers", "accuracy").y(0, 1);
        for (Line line : DEPTHS) {
            List<Depth.Run> all = of(line, run -> true);
            panel.line(
                    line,
                    all.stream().mapToDouble(Depth.Run::depth).toArray(),
                    all.stream().mapToDouble(Depth.Run::accuracy).toArray());
        }
        return panel;
    }
}
