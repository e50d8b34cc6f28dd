package io.retrograd.explain;

import io.retrograd.plot.LinePanel;
import io.retrograd.plot.LinePanel.Line;
import io.retrograd.plot.Sheet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Gradient flows as a PNG picture of one panel or several, two beside each other. Norms are drawn
 * relative to that at the end and on a logarithmic scale, where what decays by a factor a step is a
 * straight line; what is 0 or not finite is left out.
 */
public final class FlowPlot {
    private final Sheet sheet = new Sheet();

    /**
     * One more panel: norms by distance.
     *
     * @param names one a flow
     * @param radii whether to draw, dashed, what spectral radii below 1 let expect
     */
    public void flows(String title, List<String> names, List<GradientFlow> flows, boolean radii) {
        LinePanel panel =
                panel(
                                title,
                                "distance from the end, steps",
                                "norm of dL/dh, relative to the last step")
                        .logarithmic();
        for (int i = 0; i < flows.size(); i++) {
            GradientFlow flow = flows.get(i);
            panel.line(Line.solid(names.get(i), i), distances(flow.steps()), means(flow.steps()));
            if (!flow.fromEnd().equals(flow.steps())) {
                Line line = Line.dashed(names.get(i) + ", from its end", i);
                panel.line(line, distances(flow.fromEnd()), means(flow.fromEnd()));
            }
        }
        if (radii) {
            flows.forEach(flow -> addRadius(panel, flow));
        }
        sheet.add(panel);
    }

    private static LinePanel panel(String title, String x, String y) {
        return new LinePanel(title, x, y).fromX(0);
    }

    /** Draws the decay that a spectral radius below 1 predicts. */
    private static void addRadius(LinePanel panel, GradientFlow flow) {
        double radius = flow.spectralRadius().orElse(1);
        if (radius < 1) {
            double[] x = distances(flow.steps());
            double[] y = DoubleStream.of(x).map(d -> Math.pow(radius, d)).toArray();
            String name = String.format(Locale.ROOT, "%.2f^d: spectral radius of w_hh", radius);
            panel.line(Line.dashed(name, -1), x, y);
        }
    }

    /** One more panel: the norm of the gradient that the optimizer was given in each step. */
    public void gradientNorms(String title, List<FlowRun> runs, int firstColor) {
        LinePanel panel = panel(title, "training step", "norm of all gradients").logarithmic();
        for (int i = 0; i < runs.size(); i++) {
            double[] y =
                    runs.get(i).steps().stream()
                            .mapToDouble(FlowRun.TrainingStep::gradientNorm)
                            .toArray();
            panel.line(Line.solid(runs.get(i).name(), firstColor + i), numbers(y.length), y);
        }
        sheet.add(panel);
    }

    /** One more panel: the loss of each training step, a mean over some steps. */
    public void losses(String title, List<FlowRun> runs, int smoothing) {
        LinePanel panel =
                panel(title, "training step", "loss, mean of " + smoothing + " steps").fromY(0);
        for (int i = 0; i < runs.size(); i++) {
            double[] y = smooth(runs.get(i).steps(), smoothing);
            panel.line(Line.solid(runs.get(i).name(), i), numbers(y.length), y);
        }
        sheet.add(panel);
    }

    private static double[] numbers(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    private static double[] smooth(List<FlowRun.TrainingStep> steps, int window) {
        return IntStream.range(0, steps.size())
                .mapToDouble(
                        i ->
                                steps.subList(Math.max(0, i + 1 - window), i + 1).stream()
                                        .mapToDouble(FlowRun.TrainingStep::loss)
                                        .average()
                                        .orElse(Double.NaN))
                .toArray();
    }

    private static double[] distances(List<GradientFlow.Step> steps) {
        return steps.stream().mapToDouble(GradientFlow.Step::distance).toArray();
    }

    private static double[] means(List<GradientFlow.Step> steps) {
        double end = steps.get(0).mean();
        return steps.stream().mapToDouble(step -> step.mean() / end).toArray();
    }

    /**
     * Writes the picture.
     *
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        sheet.save(file);
    }
}
