package io.retrograd.demo;

import io.retrograd.plot.FieldPanel;
import io.retrograd.plot.Grid;
import io.retrograd.plot.LinePanel;
import io.retrograd.plot.Sheet;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The pictures of {@link Dbn}. */
record DbnPlot(Dbn.Comparison comparison, Dbn.Stack stack, List<double[]> digits) {
    DbnPlot(Dbn.Comparison comparison, Dbn.Stack stack, double[]... digits) {
        this(comparison, stack, List.of(digits));
    }

    Sheet sheet() {
        return new Sheet().add(accuracies()).add(gains()).add(filters()).add(reconstructions());
    }

    /** The accuracies of all seeds. */
    static DoubleStream of(Dbn.Comparison comparison, Dbn.Start start, int place) {
        return Objects.requireNonNull(comparison.accuracies().get(start)).get(place).stream()
                .mapToDouble(a -> a);
    }

    private LinePanel accuracies() {
        LinePanel panel =
                new LinePanel(
                                "Accuracy on unseen digits, mean and range of seeds",
                                "labels a class",
                                "accuracy")
                        .fromX(0);
        double[] x = comparison.labels().stream().mapToDouble(n -> n).toArray();
        for (Dbn.Start start : Dbn.Start.values()) {
            double[] low = new double[x.length];
            double[] high = new double[x.length];
            double[] mean = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                low[i] = of(comparison, start, i).min().orElseThrow();
                high[i] = of(comparison, start, i).max().orElseThrow();
                mean[i] = comparison.mean(start, i);
            }
            panel.band(start.color(), x, low, high)
                    .line(LinePanel.Line.solid(start.text(), start.color()), x, mean);
        }
        return panel;
    }

    private LinePanel gains() {
        LinePanel panel =
                new LinePanel(
                                "Gain over random weights, each seed",
                                "labels a class",
                                "accuracy gained")
                        .fromX(0);
        double[] x = comparison.labels().stream().mapToDouble(n -> n).toArray();
        for (Dbn.Start start : List.of(Dbn.Start.CD, Dbn.Start.PERSISTENT)) {
            int seeds = (int) of(comparison, start, 0).count();
            double[] places = new double[x.length * seeds];
            double[] gains = new double[places.length];
            for (int i = 0; i < x.length; i++) {
                double[] with = of(comparison, start, i).toArray();
                double[] without = of(comparison, Dbn.Start.RANDOM, i).toArray();
                for (int s = 0; s < seeds; s++) {
                    places[i * seeds + s] = x[i];
                    gains[i * seeds + s] = with[s] - without[s];
                }
            }
            panel.line(LinePanel.Line.points(start.text(), start.color()), places, gains);
        }
        return panel.line(
                LinePanel.Line.dashed("no gain", -1),
                new double[] {0, x[x.length - 1]},
                new double[] {0, 0});
    }

    /** Each hidden unit's weights: blue below 0, orange above. */
    private FieldPanel filters() {
        Rbm machine = stack.first();
        double largest = Arrays.stream(machine.w).map(Math::abs).max().orElse(1);
        double[][] tiles = new double[machine.hidden][];
        for (int j = 0; j < tiles.length; j++) {
            int size = machine.visible;
            tiles[j] =
                    Arrays.stream(machine.w, j * size, (j + 1) * size)
                            .map(w -> 0.5 + w / largest)
                            .toArray();
        }
        Grid grid = Mosaic.of(10, 0.5, tiles);
        return new FieldPanel("What each hidden unit of the first machine looks for", grid)
                .shade(grid, FieldPanel.Shade.TWO_CLASSES);
    }

    private FieldPanel reconstructions() {
        double[][] tiles =
                Stream.concat(digits.stream(), digits.stream().map(stack::reconstruct))
                        .toArray(double[][]::new);
        int half = digits.size();
        double[][] rows = new double[tiles.length][];
        // Ten digits, then what became of them.
        for (int i = 0; i < tiles.length; i++) {
            int block = i / 10;
            rows[i] = tiles[(block % 2) * half + block / 2 * 10 + i % 10];
        }
        Grid grid = Mosaic.of(10, 0, rows);
        return new FieldPanel("Digits, and below each what two machines remember of it", grid)
                .shade(grid, FieldPanel.Shade.RISING);
    }
}
