package io.retrograd.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares metrics with scikit-learn's numbers, and with their definitions. */
class MetricsTest {
    /** Sums of up to 200 terms in another order; worst measured 7e-16. */
    private static final double TOLERANCE = 1e-14;

    private static final Map<String, Metric> METRICS =
            Stream.of(
                            Stream.of(
                                    Metrics.accuracy(),
                                    Metrics.topK(2),
                                    Metrics.topK(3),
                                    Metrics.iou(),
                                    Metrics.dice(),
                                    Metrics.rocAuc(),
                                    Metrics.meanSquaredError(),
                                    Metrics.meanAbsoluteError(),
                                    Metrics.r2(),
                                    Metrics.multiLabelAccuracy()),
                            Stream.of(Average.values())
                                    .flatMap(
                                            a ->
                                                    Stream.of(
                                                            Metrics.precision(a),
                                                            Metrics.recall(a),
                                                            Metrics.f1(a))),
                            Stream.of(Average.MACRO, Average.MICRO)
                                    .flatMap(
                                            a ->
                                                    Stream.of(
                                                            Metrics.multiLabelPrecision(a),
                                                            Metrics.multiLabelRecall(a),
                                                            Metrics.multiLabelF1(a))))
                    .flatMap(metrics -> metrics)
                    .collect(Collectors.toMap(Metric::name, Function.identity()));

    static List<MetricCase> cases() throws IOException {
        return MetricCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAsInScikitLearn(MetricCase c) {
        c.expected()
                .forEach(
                        (name, value) ->
                                assertClose(value, c.value(METRICS.get(name), c.samples()), name));
    }

    private static void assertClose(double expected, double got, String name) {
        if (Double.isNaN(expected)) {
            assertEquals(expected, got, name);
        } else {
            assertEquals(expected, got, TOLERANCE * Math.max(1, Math.abs(expected)), name);
        }
    }

    @Test
    void everyMetricIsCompared() throws IOException {
        Set<String> missing = new HashSet<>(METRICS.keySet());
        cases().forEach(c -> missing.removeAll(c.expected().keySet()));
        assertEquals(Set.of(), missing);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void batchesDoNotMatter(MetricCase c) {
        for (String name : c.expected().keySet()) {
            double whole = c.value(METRICS.get(name), c.samples());
            for (int batch : new int[] {1, 2, 7}) {
                assertEquals(whole, c.value(METRICS.get(name), batch), name + " by " + batch);
            }
        }
    }

    @Test
    void withoutSamplesThereIsNoValue() {
        Stream.concat(METRICS.values().stream(), Stream.of(Metrics.characterErrorRate(3)))
                .forEach(
                        metric ->
                                assertEquals(
                                        Double.NaN,
                                        metric.start(shape(metric)).value(),
                                        metric.name()));
    }

    private static Shape shape(Metric metric) {
        return metric instanceof CharacterErrorRate ? Shape.of(4, 5) : Shape.of(2);
    }

    @Test
    void ignoredLabelsCountNowhere() {
        double[] logits = {5, 1, 5, 1, 1, 5};
        double[] labels = {0, 1, 1};
        assertEquals(2 / 3.0, value(Metrics.accuracy(), Shape.of(2), logits, labels));
        assertEquals(1, value(Metrics.accuracy().ignoreIndex(1), Shape.of(2), logits, labels));
        double[] none = {-100, -100, -100};
        assertEquals(Double.NaN, value(Metrics.iou(), Shape.of(2), logits, none));
        assertEquals(Double.NaN, value(Metrics.rocAuc(), Shape.of(2), logits, none));
    }

    /** An output of NaN is no prediction, and no score. */
    @Test
    void outputsThatAreNotNumbersAreWrong() {
        double[] logits = {Double.NaN, Double.NaN, 1, Double.NaN};
        double[] labels = {0, 0};
        assertEquals(0.5, value(Metrics.accuracy(), Shape.of(2), logits, labels));
        assertEquals(0.5, value(Metrics.topK(2), Shape.of(2), logits, labels));
        double[] one = {Double.NaN, 1};
        assertEquals(Double.NaN, value(Metrics.rocAuc(), Shape.of(1), one, new double[] {0, 1}));
    }

    @Test
    void ofEqualLogitsTheFirstIsTheLargest() {
        double[] logits = {1, 1, 1, 1, 1, 1, 1, 1, 1};
        double[] labels = {0, 1, 2};
        Shape three = Shape.of(3);
        assertEquals(1 / 3.0, value(Metrics.accuracy(), three, logits, labels));
        assertEquals(1 / 3.0, value(Metrics.topK(1), three, logits, labels));
        assertEquals(2 / 3.0, value(Metrics.topK(2), three, logits, labels));
        assertEquals(1, value(Metrics.topK(3), three, logits, labels));
    }

    /** All pairs of a positive and a negative sample. */
    @Test
    void areaIsTheShareOfPairsInOrder() {
        Random random = new Random(4);
        double[] x = random.ints(3000, 0, 200).asDoubleStream().toArray();
        double[] t = random.ints(3000, 0, 2).asDoubleStream().toArray();
        double right = 0;
        double pairs = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                if (t[i] > t[j]) {
                    right += x[i] > x[j] ? 1 : x[i] == x[j] ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        assertEquals(right / pairs, value(Metrics.rocAuc(), Shape.of(1), x, t), TOLERANCE);
    }

    /** R² does not change where a number is added to outputs and targets. */
    @Test
    void offsetsDoNotMatter() {
        double[] x = new Random(5).ints(999, 0, 64).asDoubleStream().toArray();
        double[] t = new Random(6).ints(999, 0, 64).asDoubleStream().toArray();
        double plain = value(Metrics.r2(), Shape.of(1), x, t);
        double offset = 0x1p40;
        double[] moved = Arrays.stream(x).map(v -> v + offset).toArray();
        double[] movedTarget = Arrays.stream(t).map(v -> v + offset).toArray();
        assertEquals(plain, value(Metrics.r2(), Shape.of(1), moved, movedTarget), TOLERANCE);
    }

    @Test
    void thresholdIsAProbability() {
        double[] x = {-1, 0, 1, 2, 3};
        double[] t = {0, 0, 0, 1, 1};
        // σ(1) = 0.73, σ(2) = 0.88
        assertEquals(1, value(Metrics.multiLabelAccuracy().threshold(0.8), Shape.of(1), x, t));
        assertEquals(0.8, value(Metrics.multiLabelAccuracy(), Shape.of(1), x, t));
    }

    /** "kitten" is three from "sitting"; letters are their distance from a, and 1. */
    @Test
    void characterErrorRateIsEditDistanceByLength() {
        assertEquals(3 / 7.0, rate("kit-ten", "sitting"));
        assertEquals(0, rate("kit-ten", "kitten")); // read with a blank between
        assertEquals(0, rate("kkittt-tenn", "kitten"));
        assertEquals(1 / 6.0, rate("kitttten", "kitten")); // repeated without one
        assertEquals(1, rate("", "abc"));
        assertEquals(5 / 3.0, rate("vwxyz", "abc"));
        assertEquals(Double.NaN, rate("", ""));
    }

    private static double rate(String read, String label) {
        Metric.Accumulator one = Metrics.characterErrorRate(9).start(Shape.of(12, 27));
        one.add(logits(read), target(read.length(), label), 1);
        return one.value();
    }

    private static double[] logits(String read) {
        double[] logits = new double[12 * 27];
        for (int t = 0; t < 12; t++) {
            int c = t >= read.length() ? 5 : letter(read.charAt(t));
            logits[t * 27 + c] = 1;
        }
        return logits;
    }

    private static int letter(char c) {
        return c == '-' ? 0 : 1 + c - 'a';
    }

    private static double[] target(int steps, String label) {
        double[] target = new double[2 + 9];
        Arrays.fill(target, -7);
        target[0] = steps;
        target[1] = label.length();
        IntStream.range(0, label.length()).forEach(i -> target[2 + i] = letter(label.charAt(i)));
        return target;
    }

    /** The recursion that defines the distance; errors are summed before they are divided. */
    @Test
    void characterErrorRateOfManyIsThatOfTheirSum() {
        Random random = new Random(7);
        Metric.Accumulator all = Metrics.characterErrorRate(9).start(Shape.of(12, 27));
        double errors = 0;
        double length = 0;
        for (int i = 0; i < 60; i++) {
            String read = text(random).replaceAll("(.)\\1+", "$1");
            String label = text(random);
            errors += distance(read, label);
            length += label.length();
            all.add(logits(read), target(read.length(), label), 1);
        }
        assertEquals(errors / length, all.value());
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(7), 'a', 'd')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static int distance(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.length() + b.length();
        }
        String restA = a.substring(1);
        String restB = b.substring(1);
        int replaced = distance(restA, restB) + (a.charAt(0) == b.charAt(0) ? 0 : 1);
        return Math.min(replaced, 1 + Math.min(distance(a, restB), distance(restA, b)));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        double[] x = {1, 2, 3};
        for (double label : new double[] {3, -1, 0.5, Double.NaN}) {
            refused(() -> value(Metrics.accuracy(), Shape.of(3), x, new double[] {label}));
            refused(() -> value(Metrics.topK(1), Shape.of(3), x, new double[] {label}));
            refused(() -> value(Metrics.rocAuc(), Shape.of(3), x, new double[] {label}));
        }
        refused(() -> Metrics.accuracy().start(Shape.of()));
        refused(() -> Metrics.f1(Average.BINARY).start(Shape.of(3)));
        refused(() -> Metrics.rocAuc().start(Shape.of(3, 2)));
        refused(() -> Metrics.topK(0));
        refused(() -> Metrics.multiLabelF1(Average.BINARY));
        refused(() -> Metrics.multiLabelAccuracy().threshold(1));
        refused(() -> Metrics.characterErrorRate(-1));
        refused(() -> Metrics.characterErrorRate(3).start(Shape.of(4)));
        refused(() -> Metrics.characterErrorRate(3).blank(5).start(Shape.of(4, 5)));
        Shape read = Shape.of(1, 3);
        Metric one = Metrics.characterErrorRate(1);
        refused(() -> value(one, read, x, new double[] {2, 1, 1}));
        refused(() -> value(one, read, x, new double[] {1, 2, 1}));
    }

    private static void refused(Runnable what) {
        assertThrows(IllegalArgumentException.class, what::run);
    }

    private static double value(Metric metric, Shape output, double[] outputs, double[] targets) {
        Metric.Accumulator accumulator = metric.start(output);
        accumulator.add(outputs, targets, (int) (outputs.length / output.size()));
        return accumulator.value();
    }
}
