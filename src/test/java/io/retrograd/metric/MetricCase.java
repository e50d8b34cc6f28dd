package io.retrograd.metric;

import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Outputs and targets of some samples, and what scikit-learn 1.9 makes of them, by the names of
 * metrics.
 */
record MetricCase(
        String title,
        Shape output,
        int samples,
        List<Double> outputs,
        List<Double> targets,
        Map<String, Double> expected) {
    private static final Path FILE = Path.of("src/test/resources/metric/scikit-learn.txt");

    static List<MetricCase> all() throws IOException {
        List<MetricCase> cases = new ArrayList<>();
        List<String> lines = Files.readAllLines(FILE);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("case ")) {
                cases.add(read(lines, i));
            }
        }
        return cases;
    }

    private static MetricCase read(List<String> lines, int at) {
        Map<String, Double> expected = new LinkedHashMap<>();
        for (int i = at + 5; i < lines.size() && lines.get(i).startsWith("expect "); i++) {
            String[] words = lines.get(i).split(" ", -1);
            double value = words[2].equals("nan") ? Double.NaN : Double.parseDouble(words[2]);
            expected.put(words[1], value);
        }
        int[] dims = numbers(lines.get(at + 1)).stream().mapToInt(Double::intValue).toArray();
        return new MetricCase(
                lines.get(at).substring("case ".length()),
                Shape.of(dims),
                numbers(lines.get(at + 2)).get(0).intValue(),
                numbers(lines.get(at + 3)),
                numbers(lines.get(at + 4)),
                expected);
    }

    private static List<Double> numbers(String line) {
        return Stream.of(line.split(" ", -1)).skip(1).map(Double::valueOf).toList();
    }

    /** The value of a metric over the samples, in batches of this size. */
    double value(Metric metric, int batch) {
        Metric.Accumulator accumulator = metric.start(output);
        int width = outputs.size() / samples;
        int targetWidth = targets.size() / samples;
        for (int from = 0; from < samples; from += batch) {
            int count = Math.min(batch, samples - from);
            accumulator.add(
                    part(outputs, from * width, batch * width),
                    part(targets, from * targetWidth, batch * targetWidth),
                    count);
        }
        return accumulator.value();
    }

    /** That many numbers, and something that does not count where there are no more. */
    private static double[] part(List<Double> of, int from, int count) {
        int end = Math.min(of.size(), from + count);
        DoubleStream there = of.subList(from, end).stream().mapToDouble(Double::doubleValue);
        DoubleStream behind = DoubleStream.generate(() -> 1e9).limit(count - (end - from));
        return DoubleStream.concat(there, behind).toArray();
    }

    @Override
    public String toString() {
        return title;
    }
}
