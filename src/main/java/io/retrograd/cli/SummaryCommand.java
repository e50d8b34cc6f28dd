package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.bind.LayerException;
import io.retrograd.explain.NetworkPlot;
import io.retrograd.explain.Summary;
import io.retrograd.file.FileException;
import io.retrograd.file.WholeFile;
import io.retrograd.host.PeakMemory;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "summary",
        description = "Shows a network's layers, shapes, parameters, multiply-adds and memory.")
final class SummaryCommand extends JsonCommand {
    /**
     * The least memory of the plan, of compiled Java code and of the code that oneDNN generates.
     */
    private static final double CODE_MIB = 30;

    /** Their memory for each operation: measured from LeNet-5 to ResNet-50. */
    private static final double OPERATION_MIB = 0.6;

    @Parameters(
            paramLabel = "MODEL",
            description = "One of: ${COMPLETION-CANDIDATES}; or an ONNX file, FILE.onnx.",
            completionCandidates = Known.class)
    private String model = "";

    @Option(
            names = "--input",
            paramLabel = "SHAPE",
            description =
                    "Shape of a batch, as in 64,1,28,28. Default: one sample of the model's size.")
    private @Nullable String input;

    @Option(
            names = "--explain",
            description = "Print the device's choices: layouts, and every step of training.")
    private boolean explain;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw it, as FILE.svg.")
    private @Nullable Path plot;

    @Mixin private DeviceOptions device = new DeviceOptions();

    /** The names of all networks. */
    static final class Known implements Iterable<String> {
        List<String> names() {
            Set<String> names = new TreeSet<>(Models.names());
            names.addAll(Models.others().keySet());
            return List.copyOf(names);
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    private Models.Form form() throws IOException {
        if (OnnxFile.is(model)) {
            return OnnxFile.form(model, /* batch= */ 1);
        }
        Values.oneOf("MODEL", new Known().names(), model);
        Models.Form other = Models.others().get(model);
        if (other != null) {
            return other;
        }
        Models.Entry entry = Models.get(model);
        return new Models.Form(entry.create(), entry.sampleShape().batch(1));
    }

    @Override
    public Integer call() throws IOException {
        Models.Form form = form();
        Shape shape = input == null ? form.inputShape() : shape(input);
        PrintWriter out = out();
        if (plot != null) {
            PlotFile.check(plot, ".svg");
        }
        try (Backend backend = device.open()) {
            OptionalDouble before = residentMib(backend);
            Layer network = form.network();
            Summary summary = summary(network, shape, backend);
            if (plot != null) {
                draw(network, shape, backend, plot);
            }
            OptionalDouble peak = peak(before, summary, batchBytes(shape));
            if (json) {
                Map<String, Object> map = summary.asMap(model);
                map.put("peak_rss_mb", peak.isPresent() ? peak.getAsDouble() : null);
                if (explain) {
                    map.put("decisions", summary.decisions());
                }
                out.println(Json.line(map));
            } else {
                out.print(summary.table(model));
                peak.ifPresent(
                        mib -> out.printf("peak resident     %,.0f MiB while training%n", mib));
                if (explain) {
                    out.println();
                    summary.decisions().forEach(out::println);
                }
                if (plot != null) {
                    out.printf("%nplot in %s%n", plot);
                }
                out.flush();
            }
        }
        return 0;
    }

    private Summary summary(Layer network, Shape shape, Backend backend) {
        try {
            return Summary.of(network, shape, backend);
        } catch (LayerException e) {
            throw new IllegalArgumentException("--input " + shape + ": " + e.getMessage(), e);
        }
    }

    private static void draw(Layer network, Shape shape, Backend backend, Path file)
            throws IOException {
        String input = Network.of(network).inputs().get(0);
        byte[] svg = NetworkPlot.svg(network, Map.of(input, shape), backend);
        FileException.acting("write the plot", file, () -> WholeFile.write(file, svg));
    }

    /** A batch on the Java heap, and the next one. */
    private static long batchBytes(Shape shape) {
        return 2 * shape.size() * Double.BYTES;
    }

    /** The resident memory of this process; empty if the device trains in memory of its own. */
    private static OptionalDouble residentMib(Backend backend) {
        return backend.memory().resident()
                ? PeakMemory.residentMib(PeakMemory.OWN_STATUS)
                : OptionalDouble.empty();
    }

    /** The memory that a process with an open device takes when it trains. */
    private static OptionalDouble peak(OptionalDouble before, Summary summary, long batchBytes) {
        if (before.isEmpty()) {
            return before;
        }
        double code = CODE_MIB + OPERATION_MIB * summary.rows().size();
        double data = (summary.trainingBytes() + batchBytes) / PeakMemory.MIB;
        return OptionalDouble.of(before.getAsDouble() + code + data);
    }

    /** Reads {@code 64,1,28,28} or {@code 64x1x28x28}. */
    static Shape shape(String text) {
        try {
            return Shape.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--input: expected sizes as in 64,1,28,28, got " + text, e);
        }
    }
}
