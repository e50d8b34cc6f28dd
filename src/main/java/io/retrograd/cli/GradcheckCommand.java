package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.demo.Demo;
import io.retrograd.demo.Demos;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.kernel.KernelCheck;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.Models;
import io.retrograd.parity.ExportedModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "gradcheck",
        description = {
            "Checks gradients of layers, losses and networks against finite differences.",
            "The errors are relative to the gradient's scale. An element is skipped where a kink"
                    + " (such as ReLU's at 0) lies closer than the smallest step. Exit code: 0 if"
                    + " all gradients are shown to be right, 1 if any is wrong, 2 for a wrong"
                    + " command line, 3 if none is wrong but some cannot be shown to be right."
        })
final class GradcheckCommand extends JsonCommand {
    private static final int BATCH = 4;

    /** Before a demonstration's name, for its networks. */
    private static final String DEMO = "demo-";

    private static final int NETWORK_COORDINATES = 1;

    /** The networks that take a few seconds; the others are checked on request by name. */
    private static final List<String> QUICK_NETWORKS = List.of("mlp", "digits", "lenet5");

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL|LAYER",
            description =
                    "One of: ${COMPLETION-CANDIDATES}; or an ONNX file, FILE.onnx. The ResNets take"
                            + " minutes. Default: all layers, losses, and the small networks.",
            completionCandidates = Names.class)
    private @Nullable String name;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of all random values. Default: 1; with --fuzz, another each time.")
    private @Nullable Long seed;

    @Option(
            names = "--coordinates",
            paramLabel = "N",
            description = "Elements to check of each larger tensor, besides random directions.")
    private @Nullable Integer coordinates;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Writes the results as JUnit's XML, for CI.")
    private @Nullable Path junit;

    @Option(
            names = "--case",
            paramLabel = "FILE",
            description =
                    "Judges PyTorch's gradients instead: a case that export_case.py wrote of a"
                            + " PyTorch module.")
    private @Nullable Path exported;

    /** Set in the second Java, which the stand-in may end. */
    @Option(names = "--in-this-process", hidden = true)
    private boolean here;

    @Mixin private KernelOptions kernel = new KernelOptions();

    @Mixin private FuzzOptions fuzz = new FuzzOptions();

    @Mixin private DeviceOptions device = new DeviceOptions("reference");

    /** A check and the name of what it checks. */
    private record Named(String name, GradientCheck check) {}

    @Override
    public Integer call() throws IOException {
        if (coordinates != null) {
            Values.atLeast("--coordinates", 1, coordinates);
        }
        kernel.check(name);
        if (exported != null && (name != null || kernel.file != null)) {
            throw Values.wrong("--case", "no layer and no kernel beside it", exported);
        }
        if (kernel.file != null) {
            return checkKernel();
        }
        if (exported != null) {
            return judge(exported);
        }
        if (name != null && !OnnxFile.is(name)) {
            Values.oneOf("MODEL|LAYER", new Names().all(), name);
        }
        fuzz.check();
        if (fuzz.asked()) {
            if (name != null) {
                throw Values.wrong("MODEL|LAYER", "none with --fuzz, but --layer", name);
            }
            return new FuzzRun(fuzz, device, json, out()).run(seed);
        }
        GradcheckOutput output = new GradcheckOutput(out(), json, /* tables= */ name != null);
        output.begin(device.describe());
        try (Backend backend = device.open()) {
            for (String each : name == null ? defaults() : List.of(name)) {
                for (Named check : checks(each)) {
                    output.add(check.name, configured(check.check, backend).run());
                }
            }
        }
        return output.end(junit);
    }

    private int judge(Path file) throws IOException {
        GradientReport report = ExportedModule.judge(file);
        GradcheckOutput output = new GradcheckOutput(out(), json, /* tables= */ true);
        output.begin("gradients of PyTorch's, by differences of its own forward passes: " + file);
        output.add("module", report);
        return output.end(junit);
    }

    /**
     * Checks kernels, in every precision that they can have. The stand-in ends the process at an
     * illegal access, so there a second one does it.
     */
    private int checkKernel() throws IOException {
        if (!spec.commandLine().getParseResult().hasMatchedOption("--device")) {
            device.device = KernelOptions.device();
        }
        KernelOptions.checkDevice(device.device);
        KernelCheck check = kernel.read();
        if (KernelOptions.onStandin(device.device) && !here) {
            return new StandinProcess(String.valueOf(kernel.file), out(), err()).run(spec, junit);
        }
        GradcheckOutput output = new GradcheckOutput(out(), json, /* tables= */ true);
        output.begin(device.describe());
        if (kernel.hasJava()) {
            try (Backend reference = Backends.open("reference")) {
                output.add("java", configured(check.reference(), reference).run());
            }
        }
        for (String precision :
                device.precision == null ? check.precisions() : List.of(device.precision)) {
            device.precision = precision;
            try (Backend backend = device.open()) {
                output.add("kernel", run(check, backend));
            }
        }
        return output.end(junit);
    }

    private GradientReport run(KernelCheck check, Backend backend) {
        try {
            return configured(check.kernels(), backend).run();
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.startsWith("CUDA_ERROR")) {
                throw e;
            }
            throw new IllegalStateException(
                    String.format(
                            "%s: expected kernels that can be launched, got %s; look at their"
                                    + " indices, and at blocks, threads (1024 at most) and bytes of"
                                    + " shared memory",
                            kernel.file, message),
                    e);
        }
    }

    private GradientCheck configured(GradientCheck check, Backend backend) {
        GradientCheck configured = check.on(backend).seed(seed == null ? 1 : seed);
        return coordinates == null ? configured : configured.coordinates(coordinates);
    }

    private static List<String> defaults() {
        List<String> names =
                new ArrayList<>(
                        LayerCatalogue.entries().stream().map(LayerCatalogue.Entry::name).toList());
        names.addAll(QUICK_NETWORKS);
        return names;
    }

    private static List<Named> checks(String name) throws IOException {
        if (OnnxFile.is(name)) {
            Models.Form form = OnnxFile.form(name, BATCH);
            return List.of(
                    new Named(
                            name,
                            GradientCheck.of(form.network(), form.inputShape())
                                    .coordinates(NETWORK_COORDINATES)));
        }
        if (name.startsWith(DEMO)) {
            return Demos.get(name.substring(DEMO.length())).networks().entrySet().stream()
                    .map(network -> named(name + " " + network.getKey(), network.getValue()))
                    .toList();
        }
        Optional<LayerCatalogue.Entry> entry = LayerCatalogue.find(name);
        List<GradientCheck> checks =
                entry.isPresent() ? entry.get().checks() : List.of(network(name));
        return checks.stream().map(check -> new Named(name, check)).toList();
    }

    private static Named named(String name, Demo.Checked network) {
        return new Named(
                name,
                GradientCheck.of(network.network(), network.input())
                        .loss(network.loss())
                        .coordinates(NETWORK_COORDINATES));
    }

    private static GradientCheck network(String name) {
        Models.Form small = Models.smallForms().get(name);
        if (small != null) {
            return GradientCheck.of(small.network(), small.inputShape())
                    .coordinates(NETWORK_COORDINATES);
        }
        Models.Entry model = Models.get(name);
        return GradientCheck.of(model.create(), model.checkShape().batch(BATCH))
                .loss(new CrossEntropy())
                .coordinates(NETWORK_COORDINATES);
    }

    /** Everything that can be checked by name. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }

        List<String> all() {
            Set<String> networks = new TreeSet<>(Models.names());
            networks.addAll(Models.smallForms().keySet());
            List<String> names = new ArrayList<>(networks);
            Demos.names().forEach(demo -> names.add(DEMO + demo));
            LayerCatalogue.entries().forEach(entry -> names.add(entry.name()));
            return names;
        }
    }
}
