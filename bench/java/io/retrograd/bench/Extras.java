package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Figures beside speed: growth, allocations, the cost of checking gradients. */
final class Extras {
    static final String BATCH = "growth with the batch: LeNet-5";
    static final String DEPTH =
            "growth with depth: 3x3 convolutions of 16 channels, 16x16, batch 32";
    static final String CHECK = "checking gradients on the reference";
    static final String HEAP = "Java heap that a step allocates";

    static final String SWEEP = "operations that memory limits: bytes read and written at least";

    private static final double TIMEOUT_SECONDS = 300;
    private static final int DEEP_BATCH = 32;
    private static final int MOST_BATCH = 1024;
    private static final int MOST_DEPTH = 128;

    private final Shell shell;
    private final List<String> probe;
    private final Report.Settings settings;
    private final double copy;
    private final boolean full;
    private final List<String> remarks = new ArrayList<>();

    /**
     * @param probe how a probe is started
     * @param copy bytes a second that a large copy reads and writes
     * @param full whether there is time for every size
     */
    Extras(Shell shell, List<String> probe, Report.Settings settings, double copy, boolean full) {
        this.shell = shell;
        this.probe = probe;
        this.settings = settings;
        this.copy = copy;
        this.full = full;
    }

    /** The numbers that could not be measured. */
    List<String> remarks() {
        return remarks;
    }

    /**
     * All of them, by kind; without those that fail.
     *
     * @param peers the peers, of which those are measured that have a program for it
     */
    Map<String, JsonNode> measure(List<Peers.Peer> peers) {
        List<Integer> batches = sizes(1, MOST_BATCH);
        List<Integer> depths = sizes(2, full ? MOST_DEPTH : MOST_DEPTH / 4);
        List<ObjectNode> byBatch =
                rows(BATCH, batches, n -> step("batch", n, n, "--model", "lenet5"));
        List<ObjectNode> byDepth =
                rows(
                        DEPTH,
                        depths,
                        n -> step("depth", n, DEEP_BATCH, "--depth", String.valueOf(n)));
        for (Peers.Peer peer : peers) {
            JsonNode theirs = growth(peer, batches, depths);
            compare(byBatch, peer.name(), theirs.path("batch"));
            compare(byDepth, peer.name(), theirs.path("depth"));
        }
        Map<String, JsonNode> found = new LinkedHashMap<>();
        found.put(BATCH, Report.json(byBatch));
        found.put(DEPTH, Report.json(byDepth));
        found.put(
                HEAP,
                Report.json(
                        rows(
                                HEAP,
                                List.of("mlp", "lenet5", "smallcnn", "cnn-bigru"),
                                this::allocation)));
        found.put(SWEEP, Report.json(sweeps()));
        found.put(
                CHECK,
                Report.json(
                        rows(
                                CHECK,
                                full ? List.of("lenet5", "smallcnn") : List.of("lenet5"),
                                this::check)));
        found.values().removeIf(JsonNode::isEmpty);
        return found;
    }

    /** A row of a kind of figures. */
    @FunctionalInterface
    private interface Row<T> {
        ObjectNode of(T size) throws Shell.Failure;
    }

    /** The rows up to the first failure, which the remarks report. */
    private <T> List<ObjectNode> rows(String kind, List<T> sizes, Row<T> row) {
        List<ObjectNode> rows = new ArrayList<>();
        try {
            for (T size : sizes) {
                rows.add(row.of(size));
            }
        } catch (Shell.Failure e) {
            remarks.add(kind + ": incomplete: " + e.reason());
        }
        return rows;
    }

    private List<Integer> sizes(int first, int last) {
        return IntStream.iterate(first, size -> size <= last, size -> size * (full ? 2 : 4))
                .boxed()
                .toList();
    }

    /** The report of a peer's program; nothing if it has none or fails. */
    private JsonNode growth(Peers.Peer peer, List<Integer> batches, List<Integer> depths) {
        List<String> program = Peers.growth(peer, settings);
        if (program.isEmpty()) {
            String why = peer.missing() == null ? "not written for this peer" : peer.missing();
            remarks.add("growth: " + peer.name() + " is missing: " + why);
            return MissingNode.getInstance();
        }
        Harness.progress("growth: " + peer.name());
        List<String> sizes = List.of("--batches", listed(batches), "--depths", listed(depths));
        try {
            List<String> words = Harness.join(program, sizes, seconds());
            return shell.json(words, TIMEOUT_SECONDS);
        } catch (Shell.Failure e) {
            remarks.add("growth: " + peer.name() + " is missing: " + e.reason());
            return MissingNode.getInstance();
        }
    }

    private static String listed(List<Integer> sizes) {
        return sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Puts a peer's rows, in the same order, behind ours. */
    static void compare(List<ObjectNode> ours, String peer, JsonNode theirs) {
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ObjectNode row = ours.get(i);
            JsonNode other = theirs.get(i);
            row.set(peer + "_step_ms", other.path("step_ms"));
            row.set(peer + "_mode", other.path("mode"));
            row.set(peer + "_training_mb", other.path("training_mb"));
            row.put("ratio", other.path("step_ms").asDouble() / row.path("step_ms").asDouble());
        }
    }

    private ObjectNode allocation(String model) throws Shell.Failure {
        JsonNode step = step("batch", 16, 16, "--model", model);
        ObjectNode row = JsonNodeFactory.instance.objectNode().put("model", model);
        row.set("steps", step.path("steps"));
        row.put("bytes_a_step", step.path("heap_bytes_per_step").asLong());
        return row;
    }

    private ObjectNode check(String model) throws Shell.Failure {
        Harness.progress("gradient check: " + model);
        return run("gradcheck", "--model", model);
    }

    private List<ObjectNode> sweeps() {
        Harness.progress("operations that memory limits");
        List<String> words = Harness.join(List.of("sweep"), seconds(), settings.deviceOptions());
        List<ObjectNode> rows = new ArrayList<>();
        try {
            ObjectNode rates = run(words.toArray(String[]::new));
            for (Map.Entry<String, JsonNode> rate : rates.properties()) {
                double bytes = rate.getValue().asDouble();
                rows.add(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("operation", rate.getKey())
                                .put("gb_per_second", bytes / 1e9)
                                .put("percent_of_copy", 100 * bytes / copy));
            }
        } catch (Shell.Failure e) {
            remarks.add(SWEEP + ": missing: " + e.reason());
        }
        return rows;
    }

    private ObjectNode step(String name, int value, int batch, String... what)
            throws Shell.Failure {
        Harness.progress("step: " + String.join(" ", what) + " --batch " + batch);
        List<String> words = new ArrayList<>(List.of("step"));
        words.addAll(List.of(what));
        words.addAll(List.of("--batch", String.valueOf(batch)));
        words.addAll(seconds());
        words.addAll(settings.deviceOptions());
        ObjectNode row = JsonNodeFactory.instance.objectNode().put(name, value);
        row.setAll(run(words.toArray(String[]::new)));
        return row;
    }

    private List<String> seconds() {
        return List.of("--seconds", String.valueOf(settings.seconds() / 4));
    }

    private ObjectNode run(String... words) throws Shell.Failure {
        return (ObjectNode) shell.json(Harness.join(probe, List.of(words)), TIMEOUT_SECONDS);
    }
}
