package io.retrograd.cli;

import io.retrograd.explain.FlowRun;
import io.retrograd.explain.GradientFlow;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Gradient flows as text: one column a network, one row a distance. */
final class FlowTable {
    private static final int FIRST = 26;
    private static final int LEAST = 10;

    private final PrintWriter out;

    FlowTable(PrintWriter out) {
        this.out = out;
    }

    /** The norm of dL/dh at distances that double, and its factor a step. */
    void flows(String title, List<String> names, List<GradientFlow> flows) {
        out.printf("%n%s: mean norm of dL/dh%n%n", title);
        row("distance from the end", names, names, name -> name);
        for (int distance : distances(flows)) {
            row(Integer.toString(distance), names, flows, flow -> norm(flow, distance));
        }
        row("factor a step, fitted", names, flows, FlowTable::decay);
        if (flows.stream().anyMatch(flow -> flow.spectralRadius().isPresent())) {
            row("spectral radius of w_hh", names, flows, FlowTable::radius);
        }
        out.flush();
    }

    /** Prints the course of each training. */
    void trainings(List<FlowRun> runs, int last) {
        List<String> names = runs.stream().map(FlowRun::name).toList();
        out.printf("%ntraining%n%n");
        row("", names, names, name -> name);
        row(
                "largest gradient norm",
                names,
                runs,
                run -> String.format("%.1e", run.largestGradientNorm()));
        row(
                "loss, last " + last + " steps",
                names,
                runs,
                run -> String.format("%.3f", run.lastLoss(last)));
        out.flush();
    }

    private static Set<Integer> distances(List<GradientFlow> flows) {
        int longest = flows.stream().mapToInt(flow -> flow.steps().size()).max().orElse(1);
        Set<Integer> distances = new TreeSet<>(List.of(0, longest - 1));
        for (int d = 1; d < longest; d *= 2) {
            distances.add(d);
        }
        return distances;
    }

    private static String norm(GradientFlow flow, int distance) {
        return distance < flow.steps().size()
                ? String.format("%.1e", flow.steps().get(distance).mean())
                : "";
    }

    private static String decay(GradientFlow flow) {
        return String.format("%.3f", flow.decay(0, flow.steps().size() - 1));
    }

    private static String radius(GradientFlow flow) {
        return flow.spectralRadius().isPresent()
                ? String.format("%.4g", flow.spectralRadius().getAsDouble())
                : "";
    }

    private <T> void row(
            String first, List<String> names, List<T> cells, Function<T, String> text) {
        StringBuilder line = new StringBuilder(String.format("%-" + FIRST + "s", first));
        for (int i = 0; i < cells.size(); i++) {
            int width = Math.max(LEAST, names.get(i).length() + 2);
            line.append(String.format("%" + width + "s", text.apply(cells.get(i))));
        }
        out.println(line.toString().stripTrailing());
    }
}
