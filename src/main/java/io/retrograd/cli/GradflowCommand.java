package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.explain.FlowPlot;
import io.retrograd.explain.FlowRun;
import io.retrograd.explain.GradientFlow;
import io.retrograd.file.FileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "gradflow",
        description = {
            "Shows how far back gradients reach in recurrent layers: the norm of dL/dh by distance"
                    + " from the end, before and after training.",
            "Trains an RNN, an LSTM and a GRU to recall the first symbol of a sequence, and an RNN"
                    + " with large recurrent weights, whose gradients explode, with and without"
                    + " clipping; or loads a run of 'train'."
        })
final class GradflowCommand extends JsonCommand {
    private static final int SMOOTHING = 10;

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            description = "rnn, lstm or gru to train; a run's folder to load. Default: train all.")
    private @Nullable String name;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Folder of the run's data set, if it has files, as for train.")
    private @Nullable Path data;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw it, as FILE.png.")
    private @Nullable Path plot;

    @Mixin private FlowNetworks networks = new FlowNetworks();
    @Mixin private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        networks.check();
        if (plot != null) {
            PlotFile.check(plot, ".png");
        }
        String cell = name != null && FlowNetworks.CELLS.contains(name) ? name : null;
        try (Backend backend = device.open()) {
            Map<String, Object> result =
                    name == null || cell != null
                            ? train(cell, backend)
                            : load(Paths.of("MODEL: ", name), backend);
            if (json) {
                out().println(Json.line(result));
            } else if (plot != null) {
                out().printf("%nplot in %s%n", plot);
            }
            out().flush();
        }
        return 0;
    }

    private Map<String, Object> train(@Nullable String cell, Backend backend) throws IOException {
        PrintWriter out = progress();
        out.printf(
                "training on sequences of %d steps for %d steps: which symbol was the first?%n",
                networks.length, networks.steps);
        out.flush();
        FlowNetworks.Runs runs = networks.train(cell, backend);
        List<FlowRun> all =
                Stream.concat(runs.cells().stream(), runs.exploding().stream().limit(1)).toList();
        List<FlowRun> trained =
                Stream.concat(runs.cells().stream(), runs.exploding().stream()).toList();
        List<String> names = all.stream().map(FlowRun::name).toList();
        List<GradientFlow> before = all.stream().map(FlowRun::before).toList();
        List<GradientFlow> after = trained.stream().map(FlowRun::after).toList();
        List<String> trainedNames = trained.stream().map(FlowRun::name).toList();
        FlowTable table = new FlowTable(out);
        table.flows("before training", names, before);
        table.flows("after training", trainedNames, after);
        table.trainings(trained, SMOOTHING);
        if (plot != null) {
            FlowPlot picture = new FlowPlot();
            picture.flows("Before training", names, before, true);
            picture.flows("After " + networks.steps + " steps", trainedNames, after, false);
            if (!runs.exploding().isEmpty()) {
                picture.gradientNorms(
                        "An exploding gradient, and clipped to norm "
                                + FlowNetworks.number(networks.clip),
                        runs.exploding(),
                        runs.cells().size());
            }
            picture.losses("Learning which symbol was the first", trained, SMOOTHING);
            save(picture, plot);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("device", backend.name());
        result.put("length", networks.length);
        result.put("networks", trained.stream().map(GradflowCommand::map).toList());
        return result;
    }

    private static void save(FlowPlot picture, Path file) throws IOException {
        FileException.acting("write the plot", file, () -> picture.save(file));
    }

    private Map<String, Object> load(Path folder, Backend backend) throws IOException {
        PrintWriter out = progress();
        SavedRun run = SavedRun.open(folder, data);
        List<GradientFlow> before = run.flows(backend, /* trained= */ false);
        List<GradientFlow> after = run.flows(backend, /* trained= */ true);
        List<String> names = after.stream().map(GradientFlow::label).toList();
        FlowTable table = new FlowTable(out);
        table.flows("before training", names, before);
        table.flows("after training", names, after);
        List<GradientFlow> last = after.stream().map(GradientFlow::throughLastStep).toList();
        if (!last.equals(after)) {
            table.flows("after training, through the last step alone", names, last);
        }
        if (plot != null) {
            FlowPlot picture = new FlowPlot();
            picture.flows(run.title() + ", before training", names, before, true);
            picture.flows(run.title() + ", trained", names, after, true);
            save(picture, plot);
        }
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("name", names.get(i));
            layer.put("before", map(before.get(i)));
            layer.put("after", map(after.get(i)));
            layers.add(layer);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("device", backend.name());
        result.put("run", folder.toString());
        result.put("layers", layers);
        return result;
    }

    private static Map<String, Object> map(FlowRun run) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", run.name());
        map.put("before", map(run.before()));
        map.put("after", map(run.after()));
        map.put("loss", run.steps().stream().map(FlowRun.TrainingStep::loss).toList());
        map.put(
                "gradient_norm",
                run.steps().stream().map(FlowRun.TrainingStep::gradientNorm).toList());
        return map;
    }

    private static Map<String, Object> map(GradientFlow flow) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("weight", flow.weight());
        map.put("cell", flow.cell().name());
        double radius = flow.spectralRadius().orElse(Double.NaN);
        map.put("spectral_radius", Double.isNaN(radius) ? null : radius);
        map.put("decay", flow.decay(0, flow.steps().size() - 1));
        map.put("norms", flow.steps());
        map.put("from_end", flow.fromEnd());
        return map;
    }
}
