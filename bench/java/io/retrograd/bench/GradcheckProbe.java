package io.retrograd.bench;

import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times the check of the gradients of a whole network on the reference, as users run it. */
@Command(name = "gradcheck")
final class GradcheckProbe implements Callable<Integer> {
    private static final int BATCH = 2;
    private static final double NANOS = 1e9;

    @Option(names = "--model", required = true)
    private String name = "";

    @Override
    public Integer call() {
        Models.Entry entry = Models.get(name);
        Shape input = entry.checkShape().batch(BATCH);
        long begin = System.nanoTime();
        GradientReport report =
                GradientCheck.of(entry.create(), input).loss(new CrossEntropy()).run();
        double seconds = (System.nanoTime() - begin) / NANOS;
        long parameters =
                report.rows().stream()
                        .filter(row -> !row.tensor().equals("input"))
                        .mapToLong(row -> row.shape().size())
                        .sum();
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("model", name);
        found.put("input", input.toString());
        found.put("passed", report.passed());
        found.put("parameters", parameters);
        found.put("seconds", seconds);
        found.put("seconds_per_million", 1e6 * seconds / parameters);
        Probe.print(found);
        return 0;
    }
}
