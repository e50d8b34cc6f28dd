package io.retrograd.demo;

import io.retrograd.plot.FieldPanel;
import io.retrograd.plot.Grid;
import io.retrograd.plot.LinePanel;
import io.retrograd.plot.LinePanel.Line;
import io.retrograd.plot.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The pictures of {@link Equivariance}. */
record EquivariancePlot(Commutation commutation, List<Equivariance.Run> runs) {
    Sheet sheet() {
        return new Sheet()
                .add(accuracies("Trained on centred digits", false))
                .add(accuracies("Trained on shifted digits", true))
                .add(difference("Zeros beyond the edges", commutation.zero()))
                .add(difference("Max pooling, shifted by one", commutation.pooledByOne()));
    }

    private LinePanel accuracies(String title, boolean shifted) {
        LinePanel panel =
                new LinePanel(title, "shift of test digits, pixels", "accuracy").fromX(0).y(0, 1);
        List<String> names = new ArrayList<>();
        for (Equivariance.Run run : runs) {
            if (run.shifted() == shifted) {
                double[] y = run.accuracies().stream().mapToDouble(a -> a).toArray();
                panel.line(
                        Line.solid(run.name(), names.size()),
                        IntStream.range(0, y.length).asDoubleStream().toArray(),
                        y);
                names.add(run.name());
            }
        }
        return panel;
    }

    /** Where shifting before and after differ; the circular convolution's is 0 everywhere. */
    private static FieldPanel difference(String title, Grid grid) {
        double largest = grid.largest();
        String words =
                String.format(
                        Locale.ROOT,
                        "%s: shift first or last differ by up to %.2f",
                        title,
                        largest);
        return new FieldPanel(words, grid)
                .shade(grid.map(d -> d / largest), FieldPanel.Shade.RISING);
    }
}
