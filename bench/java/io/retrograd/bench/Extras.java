package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of ours that have no peer: growth, allocations, the cost of checking gradients. */
final class Extras {
    static final String BATCH = "growth with the batch: LeNet-5";
    static final String DEPTH =
            "growth with depth: 3x3 convolutions of 16 channels, 16x16, batch 32";
    static final String CHECK = "checking gradients on the reference";
    static final String HEAP = "Java heap that a step allocates";

    static final String SWEEP = "operations that memory limits: bytes read and written at least";

    private static final double TIMEOUT_SECONDS = 300;
    private static final int DEEP_BATCH = 32;

    private final Shell shell;
    private final List<String> probe;
    private final Report.Settings settings;
    private final double copy;
    private final boolean full;

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

    /** All of them, by kind. */
    Map<String, JsonNode> measure() throws Shell.Failure {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        List<JsonNode> batches = new ArrayList<>();
        for (int batch = 1; batch <= 1024; batch *= full ? 2 : 4) {
            batches.add(step("batch", batch, batch, "--model", "lenet5"));
        }
        found.put(BATCH, Report.json(batches));
        List<JsonNode> depths = new ArrayList<>();
        for (int depth = 2; depth <= (full ? 128 : 32); depth *= full ? 2 : 4) {
            depths.add(step("depth", depth, DEEP_BATCH, "--depth", String.valueOf(depth)));
        }
        found.put(DEPTH, Report.json(depths));
        List<JsonNode> heap = new ArrayList<>();
        for (String model : List.of("mlp", "lenet5", "smallcnn", "cnn-bigru")) {
            JsonNode step = step("batch", 16, 16, "--model", model);
            ObjectNode row = JsonNodeFactory.instance.objectNode().put("model", model);
            row.set("steps", step.path("steps"));
            row.put("bytes_a_step", step.path("heap_bytes_per_step").asLong());
            heap.add(row);
        }
        found.put(HEAP, Report.json(heap));
        found.put(SWEEP, Report.json(sweeps()));
        List<JsonNode> checks = new ArrayList<>();
        for (String model :
                full ? List.of("lenet5", "smallcnn", "resnet18-cifar") : List.of("lenet5")) {
            Harness.progress("gradient check: " + model);
            checks.add(run("gradcheck", "--model", model));
        }
        found.put(CHECK, Report.json(checks));
        return found;
    }

    private List<JsonNode> sweeps() throws Shell.Failure {
        Harness.progress("operations that memory limits");
        List<String> words = List.of("sweep", "--seconds", String.valueOf(settings.seconds() / 4));
        JsonNode rates = run(Harness.join(words, device(settings)).toArray(String[]::new));
        List<JsonNode> rows = new ArrayList<>();
        for (Map.Entry<String, JsonNode> rate : rates.properties()) {
            double bytes = rate.getValue().asDouble();
            rows.add(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("operation", rate.getKey())
                            .put("gb_per_second", bytes / 1e9)
                            .put("percent_of_copy", 100 * bytes / copy));
        }
        return rows;
    }

    private JsonNode step(String name, int value, int batch, String... what) throws Shell.Failure {
        Harness.progress("step: " + String.join(" ", what) + " --batch " + batch);
        List<String> words = new ArrayList<>(List.of("step"));
        words.addAll(List.of(what));
        words.addAll(List.of("--batch", String.valueOf(batch)));
        words.addAll(List.of("--seconds", String.valueOf(settings.seconds() / 4)));
        words.addAll(device(settings));
        ObjectNode row = JsonNodeFactory.instance.objectNode().put(name, value);
        row.setAll((ObjectNode) run(words.toArray(String[]::new)));
        return row;
    }

    /** The options of a probe that computes on the device. */
    static List<String> device(Report.Settings settings) {
        return List.of(
                "--device",
                settings.device(),
                "--precision",
                settings.precision(),
                "--threads",
                String.valueOf(settings.threads()));
    }

    private JsonNode run(String... words) throws Shell.Failure {
        return shell.json(Harness.join(probe, List.of(words)), TIMEOUT_SECONDS);
    }
}
