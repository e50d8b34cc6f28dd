package io.retrograd.demo;

import io.retrograd.demo.Points.Line;
import io.retrograd.plot.FieldPanel;
import io.retrograd.plot.Grid;
import io.retrograd.plot.LinePanel;
import io.retrograd.plot.Sheet;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The pictures of {@link Regression}. */
record RegressionPlot(Points points, List<Descent> paths) {
    private static final double[] ENDS = {0, 3};
    private static final int[] SHOWN = {0, 1, 3, 10, 40};
    private static final int GRID = 160;
    private static final int LEVELS = 12;
    private static final int DOTS = 60;

    Sheet sheet() {
        return new Sheet().add(fits()).add(surface()).add(losses()).add(distances());
    }

    private LinePanel fits() {
        Descent descent = paths.get(0);
        LinePanel panel =
                new LinePanel("The line after some steps of gradient descent", "x", "y")
                        .line(LinePanel.Line.points("points", -1), points.x(), points.y());
        for (int i = 0; i < SHOWN.length; i++) {
            Line line = descent.lines().get(SHOWN[i]);
            panel.line(LinePanel.Line.solid("step " + SHOWN[i], i + 1), ENDS, ends(line));
        }
        return panel.line(LinePanel.Line.dashed("closed form", 0), ENDS, ends(points.best()));
    }

    private static double[] ends(Line line) {
        return DoubleStream.of(ENDS).map(x -> line.w() * x + line.b()).toArray();
    }

    private FieldPanel surface() {
        Line best = points.best();
        double least = points.loss(best);
        Grid loss = Grid.of(-1.6, 3.6, -4, 5, GRID, (w, b) -> points.loss(new Line(w, b)));
        double highest = Math.log1p(loss.largest() - least);
        FieldPanel panel =
                new FieldPanel(
                                "The loss over slope and intercept, and four ways down",
                                "slope w",
                                "intercept b",
                                loss)
                        .shade(
                                loss.map(l -> Math.log1p(l - least) / highest),
                                FieldPanel.Shade.DEPTH)
                        .contours(
                                loss,
                                IntStream.range(0, LEVELS)
                                        .mapToDouble(i -> least + 0.05 * Math.pow(2, i))
                                        .toArray());
        for (int i = paths.size() - 1; i >= 0; i--) {
            Descent path = paths.get(i);
            panel.path(path.method().name(), color(i), DOTS, path.slopes(), path.intercepts());
        }
        return panel.mark("closed form", best.w(), best.b());
    }

    private LinePanel losses() {
        LinePanel panel =
                new LinePanel("How far the loss is above its least", "step", "loss − least loss")
                        .logarithmic()
                        .fromX(0);
        double least = points.loss(points.best());
        for (int i = 0; i < paths.size(); i++) {
            double[] above = DoubleStream.of(paths.get(i).losses()).map(l -> l - least).toArray();
            panel.line(
                    LinePanel.Line.solid(paths.get(i).method().name(), color(i)),
                    steps(above),
                    above);
        }
        return panel;
    }

    /** What is predicted begins where what happened does. */
    private LinePanel distances() {
        LinePanel panel =
                new LinePanel(
                                "Distance to the closed form, and what the curvature predicts",
                                "step",
                                "distance of (w, b)")
                        .logarithmic()
                        .fromX(0);
        for (int i = 0; i < paths.size(); i++) {
            Descent path = paths.get(i);
            double[] distances = path.distances(points.best());
            double rate = path.method().rate();
            if (!Double.isNaN(rate)) {
                int last = distances.length - 1;
                double[] predicted = {distances[0], distances[0] * Math.pow(rate, last)};
                panel.line(
                        LinePanel.Line.solid(path.method().name(), color(i)),
                        steps(distances),
                        distances);
                panel.line(
                        LinePanel.Line.dashed(String.format(Locale.ROOT, "%.4f ^ step", rate), -1),
                        new double[] {0, last},
                        predicted);
            }
        }
        return panel;
    }

    private static int color(int path) {
        return path == 3 ? 5 : path;
    }

    private static double[] steps(double... values) {
        return IntStream.range(0, values.length).asDoubleStream().toArray();
    }
}
