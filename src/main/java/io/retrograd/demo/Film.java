package io.retrograd.demo;

import io.retrograd.plot.FieldPanel;
import io.retrograd.plot.Grid;
import io.retrograd.plot.LinePanel;
import io.retrograd.plot.Sheet;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What a classifier of the plane is like at some epochs of its training, and how good at all. */
final class Film {
    private static final int POINTS = 96;
    private static final int COLUMNS = 4;
    private static final int WIDTH = 300;
    private static final int HEIGHT = 328;

    /** Frames of the perceptron; the last place of the strip is the linear model's. */
    private static final int FRAMES = 2 * COLUMNS - 1;

    private final Plane train;
    private final Plane test;
    private final List<Integer> shown;
    private final Map<Integer, Grid> frames = new TreeMap<>();
    private final List<Double> trained = new ArrayList<>();
    private final List<Double> tested = new ArrayList<>();

    Film(Plane train, Plane test, int epochs) {
        this.train = train;
        this.test = test;
        shown =
                IntStream.range(0, FRAMES)
                        .mapToObj(i -> i == 0 ? 0 : epoch(epochs, i / (FRAMES - 1.0)))
                        .distinct()
                        .toList();
    }

    /** Early epochs lie closer together, since they change more. */
    private static int epoch(int epochs, double share) {
        return Math.max(1, (int) Math.round(epochs * Math.pow(share, 2.2)));
    }

    /** The epochs whose boundaries are kept. */
    List<Integer> shown() {
        return shown;
    }

    /** Keeps what the model is like after this epoch; they come in order. */
    void watch(Model model, int epoch) {
        if (shown.contains(epoch)) {
            frames.put(epoch, Boundary.probabilities(model, POINTS));
        }
        trained.add(train.accuracy(model.predict(train.inputs())));
        tested.add(test.accuracy(model.predict(test.inputs())));
    }

    /** On unseen points. */
    double accuracy(int epoch) {
        return tested.get(epoch);
    }

    Map<String, Object> numbers() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("training_accuracy", trained);
        map.put("test_accuracy", tested);
        return map;
    }

    /** The strip of frames, ended by another film's last one, and both courses. */
    Map<String, Supplier<Sheet>> pictures(Film linear) {
        Map<String, Supplier<Sheet>> pictures = new LinkedHashMap<>();
        pictures.put("boundary", () -> strip(linear));
        pictures.put("boundary-course", () -> new Sheet().add(course(linear)));
        return pictures;
    }

    private Sheet strip(Film linear) {
        Sheet strip = new Sheet(COLUMNS, WIDTH, HEIGHT);
        shown.forEach(epoch -> strip.add(frame(epoch, "epoch " + epoch)));
        int last = linear.shown.get(linear.shown.size() - 1);
        return strip.add(linear.frame(last, "linear, epoch " + last));
    }

    private LinePanel course(Film linear) {
        double[] epochs = IntStream.range(0, tested.size()).asDoubleStream().toArray();
        return new LinePanel("Accuracy on unseen points", "epoch", "accuracy")
                .fromX(0)
                .line(LinePanel.Line.solid("perceptron", 0), epochs, array(tested))
                .line(LinePanel.Line.solid("linear", 1), epochs, array(linear.tested))
                .line(
                        LinePanel.Line.dashed("the best of all lines", -1),
                        new double[] {0, epochs.length - 1},
                        new double[] {test.bestLine(), test.bestLine()});
    }

    private FieldPanel frame(int epoch, String title) {
        Grid grid = Objects.requireNonNull(frames.get(epoch));
        String accuracy = String.format(Locale.ROOT, "%.1f %%", 100 * tested.get(epoch));
        return new FieldPanel(title + ": " + accuracy, grid)
                .shade(grid, FieldPanel.Shade.TWO_CLASSES)
                .boundary(grid, 0.5)
                .points(0, train.coordinates(0, 0), train.coordinates(0, 1))
                .points(1, train.coordinates(1, 0), train.coordinates(1, 1));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(v -> v).toArray();
    }
}
