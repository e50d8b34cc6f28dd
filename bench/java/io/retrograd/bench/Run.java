package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backends;
import io.retrograd.bench.Report.Ceilings;
import io.retrograd.bench.Report.Settings;
import io.retrograd.cli.BenchNet;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code bench/run}. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Times training steps here and in other libraries, in turn, and writes the figures to"
                    + " bench/results. The quick form, which is the default, takes less than 10"
                    + " minutes on 2 cores."
        })
public final class Run implements Callable<Integer> {
    private static final Path CACHE = Path.of("target", "bench", "cache");
    private static final String CLASSES =
            "target/bench/classes:target/retrograd.jar:target/bench/lib/*";
    private static final int GPU_BURST = 20;
    private static final double QUICK_MINUTES = 9;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final double CEILING_SECONDS = 2;
    private static final List<String> QUICK =
            List.of("mlp", "lenet5", "smallcnn", "cnnbigru", "resnet18");
    private static final List<String> FULL =
            Arrays.stream(BenchNet.values()).map(BenchNet::name).toList();

    @Option(
            names = "--full",
            description =
                    "All networks, peers' compiled modes, more and longer rounds; takes an hour.")
    private boolean full;

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Option(
            names = "--nets",
            split = ",",
            paramLabel = "NET",
            description = "As in retrograd bench.")
    private @Nullable List<String> nets;

    @Option(names = "--batch", description = "Of all networks. Default: each one's own.")
    private @Nullable Integer batch;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            description = "Some of PyTorch, DJL, DL4J, or none. Default: all.")
    private List<String> peers = Peers.NAMES;

    @Option(names = "--python", description = "An interpreter with torch. Default: python3.")
    private @Nullable String python;

    @Option(names = "--rounds", description = "Default: 3, in full 5.")
    private @Nullable Integer rounds;

    @Option(names = "--seconds", description = "Of each process. Default: 3, in full 10.")
    private @Nullable Double seconds;

    @Option(
            names = "--minutes",
            description = "After which no round begins. Default: 9, in full none.")
    private @Nullable Double minutes;

    @Option(names = "--no-extras", description = "Only compare with the peers.")
    private boolean noExtras;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Default: bench/results/HOST-DATE.")
    private @Nullable Path out;

    @Option(
            names = "--compare",
            paramLabel = "OLD.json",
            description =
                    "Tell what got slower since that run; exits 1 if anything did, by more than"
                            + " noise, also when measured once more.")
    private @Nullable Path compare;

    private final Shell shell = new Shell();
    private final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private final List<String> cached = List.of(java, "-Dretrograd.cache=" + CACHE);
    private final List<String> ours =
            Harness.join(cached, List.of("-jar", Path.of("target", "retrograd.jar").toString()));
    private String[] words = {};

    private Run() {}

    @Override
    public Integer call() throws Shell.Failure, IOException {
        double limit =
                minutes == null ? (full ? Double.POSITIVE_INFINITY : QUICK_MINUTES) : minutes;
        Deadline deadline =
                new Deadline(
                        limit * SECONDS_PER_MINUTE
                                - Double.parseDouble(System.getProperty("bench.spent", "0")));
        Comparison comparison = compare == null ? null : new Comparison(Report.read(from(compare)));
        Settings settings = settings();
        forget();
        Map<String, String> machine = new Machine(shell).describe(ours, settings.device());
        List<Peers.Peer> found = peers(settings);
        Harness harness = new Harness(shell, ours, settings, found, nets(), batch, deadline);
        Ceilings before = ceilings(settings);
        harness.prepare();
        Extras extras = new Extras(shell, probe(), settings, before.bytes(), full);
        Map<String, JsonNode> more = noExtras ? Map.of() : extras.measure(found);
        harness.run();
        Ceilings ceilings = larger(before, ceilings(settings));
        List<String> remarks = Harness.join(extras.remarks(), harness.remarks());
        Report report = new Report(machine, settings, ceilings, harness.works(), more, remarks);
        write(report);
        if (harness.failed()) {
            return 1;
        }
        return comparison == null ? 0 : compare(comparison, report, harness);
    }

    private Settings settings() {
        Backends.Choice choice = Backends.choose(device.name);
        String name = choice.provider().name();
        Harness.progress("device " + name + " (" + choice.reason() + ")");
        if (!choice.provider().precisions().contains(device.precision)) {
            throw new IllegalArgumentException(
                    String.format(
                            "--precision: device %s computes in %s, got %s; choose one of them",
                            name,
                            String.join(", ", choice.provider().precisions()),
                            device.precision));
        }
        int burst = name.equals("cuda") ? GPU_BURST : 1;
        return new Settings(
                command(),
                name,
                device.precision,
                device.threads(),
                rounds == null ? (full ? 5 : 3) : positive("--rounds", rounds),
                seconds == null ? (full ? 10 : 3) : seconds,
                burst);
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected 1 or more, got " + value);
        }
        return value;
    }

    /** The command with the interpreter's and the files' folders left out. */
    private String command() {
        List<String> told = new ArrayList<>(List.of("bench/run"));
        for (String word : words) {
            boolean interpreter = python != null && word.endsWith(python);
            told.add(interpreter ? word.replace(python, "PYTHON") : word);
        }
        return shell.plain(Shell.shown(told)).replaceFirst("^run", "bench/run");
    }

    /** A path as the script's caller gave it: the script goes to the root of the sources. */
    private static Path from(Path given) {
        return Path.of(System.getProperty("bench.from", "")).resolve(given).normalize();
    }

    private @Nullable String interpreter() {
        boolean file = python != null && python.contains("/");
        return file ? from(Path.of(python)).toString() : python;
    }

    private List<String> nets() {
        return nets == null ? (full ? FULL : QUICK) : nets;
    }

    private List<Peers.Peer> peers(Settings settings) {
        boolean gpu = settings.device().startsWith("cuda");
        Peers list = new Peers(shell, java, interpreter(), gpu, full);
        List<Peers.Peer> found = new ArrayList<>();
        for (String name : peers.equals(List.of("none")) ? List.<String>of() : peers) {
            Harness.progress("peer " + name);
            found.add(list.find(name));
        }
        return found;
    }

    private Ceilings ceilings(Settings settings) throws Shell.Failure {
        Harness.progress("ceilings");
        List<String> words = List.of("ceilings", "--seconds", String.valueOf(CEILING_SECONDS));
        JsonNode found =
                shell.json(
                        Harness.join(probe(), words, settings.deviceOptions()),
                        10 * SECONDS_PER_MINUTE);
        return new Ceilings(found.path("flops").asDouble(), found.path("bytes").asDouble(), found);
    }

    /** The more that either measured. */
    private static Ceilings larger(Ceilings a, Ceilings b) {
        return new Ceilings(
                Math.max(a.flops(), b.flops()),
                Math.max(a.bytes(), b.bytes()),
                Report.json(List.of(a.details(), b.details())));
    }

    private List<String> probe() {
        return Harness.join(cached, List.of("-cp", CLASSES, Probe.class.getName()));
    }

    /** Lets our side start with nothing remembered of earlier runs. */
    private static void forget() throws IOException {
        if (Files.exists(CACHE)) {
            try (Stream<Path> files = Files.walk(CACHE)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void write(Report report) throws IOException {
        Path folder = out == null ? folder(report) : from(out);
        WholeFile.createFolders(folder);
        report.write(folder.resolve("results.json"));
        Tables tables = new Tables(report, peers.equals(List.of("none")) ? List.of() : peers);
        String text = tables.all();
        WholeFile.write(folder.resolve("table.md"), text);
        if (!report.works().isEmpty()) {
            Plots.speed(report, peers, folder.resolve("speed.svg"));
        }
        JsonNode growth = report.more().get(Extras.BATCH);
        JsonNode depth = report.more().get(Extras.DEPTH);
        if (growth != null && depth != null) {
            Plots.growth(growth, "batch", "step_ms", peers, folder.resolve("growth.svg"));
            Plots.growth(depth, "depth", "step_ms", peers, folder.resolve("depth.svg"));
            Plots.growth(depth, "depth", "training_mb", peers, folder.resolve("memory.svg"));
        }
        System.out.print(text);
        System.out.println("written to " + shell.plain(folder.toString()));
    }

    private static Path folder(Report report) {
        return Path.of("bench", "results")
                .resolve(Machine.kind(report.machine()) + "-" + LocalDate.now(ZoneOffset.UTC));
    }

    /** 1 if anything got slower, and was so when measured again. */
    private static int compare(Comparison comparison, Report report, Harness harness)
            throws Shell.Failure, IOException {
        List<Comparison.Row> rows = comparison.rows(report, Map.of());
        List<String> accused =
                rows.stream().filter(Comparison.Row::slower).map(Comparison.Row::net).toList();
        if (!accused.isEmpty()) {
            rows = comparison.rows(report, harness.again(accused));
        }
        System.out.println();
        System.out.print(Comparison.table(rows));
        comparison.differences(report).forEach(System.out::println);
        return rows.stream().anyMatch(Comparison.Row::slower) ? 1 : 0;
    }

    public static void main(String[] args) {
        Run run = new Run();
        run.words = args.clone();
        CommandLine line = new CommandLine(run);
        line.setExecutionExceptionHandler(
                (e, command, parsed) -> {
                    command.getErr()
                            .println(
                                    "bench/run: "
                                            + run.shell.plain(String.valueOf(e.getMessage())));
                    return CommandLine.ExitCode.SOFTWARE;
                });
        line.setUsageHelpAutoWidth(true);
        System.exit(line.execute(args));
    }
}
