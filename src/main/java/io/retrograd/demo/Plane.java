package io.retrograd.demo;

import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Points of two classes in the plane, as many of each. */
final class Plane {
    /** Half the width of the square that holds the points. */
    static final double EDGE = 1.6;

    private static final long STREAM = 0x504C_414E_4545L;
    private static final int DIRECTIONS = 360;

    private final double[][] points;
    private final int[] labels;

    private Plane(double[][] points, int[] labels) {
        this.points = points;
        this.labels = labels;
    }

    /** The problems by name, the easiest first. */
    static List<String> problems() {
        return List.of("moons", "circles", "spiral", "xor");
    }

    /**
     * Draws points; the even ones are of class 0.
     *
     * @param part another one gives other points of the same problem
     */
    static Plane draw(String problem, int count, long seed, int part) {
        double[][] points = new double[count][];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 2;
            long draw = STREAM + 8L * part;
            double t = Philox.uniform(seed, draw, i);
            double u = Philox.uniform(seed, draw + 1, i);
            double[] noise = {
                Philox.normal(seed, draw + 2, i), Philox.normal(seed, draw + 3, i),
            };
            points[i] = point(problem, labels[i], t, u, noise);
        }
        return new Plane(points, labels);
    }

    /** A point of a class: t runs along its figure, u across it. */
    private static double[] point(String problem, int label, double t, double u, double[] noise) {
        int sign = label == 0 ? 1 : -1;
        return switch (problem) {
            case "moons" ->
                    new double[] {
                        sign * (Math.cos(Math.PI * t) - 0.5) * 0.9 + 0.1 * noise[0],
                        sign * (Math.sin(Math.PI * t) - 0.25) * 0.9 + 0.1 * noise[1]
                    };
            case "circles" -> polar((label == 0 ? 0.5 : 1.15) + 0.09 * noise[0], 2 * Math.PI * t);
            case "spiral" -> {
                double along = Math.sqrt(t);
                double[] arm = polar(1.45 * along, 3 * Math.PI * along + (label + 0.5) * Math.PI);
                yield new double[] {arm[0] + 0.04 * noise[0], arm[1] + 0.04 * noise[1]};
            }
            default -> {
                double x = 0.08 + 1.3 * t;
                double y = 0.08 + 1.3 * u;
                boolean left = noise[0] < 0;
                yield new double[] {left ? -x : x, left ? -sign * y : sign * y};
            }
        };
    }

    private static double[] polar(double radius, double angle) {
        return new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
    }

    int count() {
        return labels.length;
    }

    ArrayDataset dataset() {
        return ArrayDataset.of(points, labels, Shape.of(2));
    }

    /** The points one behind the other. */
    double[] inputs() {
        return Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray();
    }

    /** The first or second coordinates of a class. */
    double[] coordinates(int label, int axis) {
        return IntStream.range(0, count())
                .filter(i -> labels[i] == label)
                .mapToDouble(i -> points[i][axis])
                .toArray();
    }

    /** The share of points whose class has the larger of two logits. */
    double accuracy(double... logits) {
        int right = 0;
        for (int i = 0; i < count(); i++) {
            int predicted = logits[2 * i + 1] > logits[2 * i] ? 1 : 0;
            right += predicted == labels[i] ? 1 : 0;
        }
        return right / (double) count();
    }

    /**
     * The largest share of points that any straight line puts on their sides: of lines in 360
     * directions, at every place.
     */
    double bestLine() {
        int most = 0;
        for (int direction = 0; direction < DIRECTIONS; direction++) {
            double angle = Math.PI * direction / DIRECTIONS;
            double nx = Math.cos(angle);
            double ny = Math.sin(angle);
            int[] order =
                    IntStream.range(0, count())
                            .boxed()
                            .sorted(
                                    (a, b) ->
                                            Double.compare(
                                                    nx * points[a][0] + ny * points[a][1],
                                                    nx * points[b][0] + ny * points[b][1]))
                            .mapToInt(i -> i)
                            .toArray();
            int right = (int) Arrays.stream(labels).filter(label -> label == 1).count();
            most = Math.max(most, Math.max(right, count() - right));
            for (int i : order) {
                right += labels[i] == 0 ? 1 : -1;
                most = Math.max(most, Math.max(right, count() - right));
            }
        }
        return most / (double) count();
    }
}
