package io.retrograd.cli;

import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.FeatureVisualization;
import io.retrograd.attribution.Method;
import io.retrograd.attribution.Methods;
import io.retrograd.attribution.PixelRange;
import io.retrograd.attribution.SanityCheck;
import io.retrograd.attribution.SmoothGrad;
import io.retrograd.backend.Backend;
import io.retrograd.image.Size;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = {
            "Shows what in pictures a trained network's output for a class depends on: heat maps"
                    + " over them by several methods, a page that compares these, and all numbers"
                    + " as JSON.",
            "The network and the inputs are those of 'predict'. For texts, --text."
        })
final class ExplainCommand extends JsonCommand {
    @Parameters(
            paramLabel = "[RUN] INPUT",
            arity = "1..*",
            description =
                    "The run's folder, unless --model is given; then pictures, .npy files (N, ...)"
                            + " and folders of them.")
    private List<Path> paths = List.of();

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description =
                    "In place of INPUT: a text for the network of a run of texts, by"
                            + " integrated-gradients and input-x-gradient: the share that each"
                            + " character or word has of the output. May be repeated.")
    private List<String> texts = List.of();

    @Option(
            names = "--method",
            paramLabel = "LIST",
            split = ",",
            description =
                    "Methods, some of ${COMPLETION-CANDIDATES}, with commas. Default: all that the"
                            + " network supports.",
            completionCandidates = MethodNames.class)
    private List<String> methods = List.of();

    @Option(
            names = "--class",
            paramLabel = "C",
            description = "The class to explain, by name or number. Default: the likeliest.")
    private @Nullable String target;

    @Option(
            names = "--sanity",
            description =
                    "Compare the maps with those of random weights, and tell which methods hardly"
                            + " change.")
    private boolean sanity;

    @Option(
            names = "--features",
            paramLabel = "LIST",
            arity = "0..1",
            split = ",",
            fallbackValue = FeatureName.ALL,
            description =
                    "In place of maps: what the network looks for, of classes or of channels as"
                            + " LAYER:N, with commas. Without a list: of all classes, at most 20."
                            + " Takes no input.")
    private @Nullable List<String> features;

    @Option(
            names = "--adversarial",
            description = "In place of maps: the least changes that make another class of inputs.")
    private boolean adversarial;

    @Option(
            names = "--epsilon",
            paramLabel = "LIST",
            split = ",",
            description =
                    "The largest changes of a pixel that --adversarial tries, in 255ths, with"
                            + " commas. Default: 0.25,0.5,1,2,4,8,16,32.")
    private List<Double> epsilon = List.of(0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0);

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all that is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of the results, made if it is not there. Default: 'explained' in the"
                            + " run's folder, or here with --model.")
    private @Nullable Path folder;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "16",
            description = "Explain so many samples, the first ones. Default: ${DEFAULT-VALUE}.")
    private int most = 16;

    @Mixin private TrainedOptions trainedOptions = new TrainedOptions();

    @Mixin private DeviceOptions device = new DeviceOptions();

    /** The names of methods, for the help. */
    static final class MethodNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        MethodNames() {
            super(Methods.names());
        }
    }

    @Override
    public Integer call() throws IOException {
        check();
        PrintWriter progress = progress();
        try (Backend backend = device.open()) {
            List<Path> arguments = new ArrayList<>(paths);
            Path run = trainedOptions.run(arguments);
            Trained trained = trainedOptions.trained(arguments);
            Path out = out(run);
            if (!texts.isEmpty()) {
                texts(run, trained, arguments, backend, out);
                return 0;
            }
            if (features != null) {
                refuseInputs(arguments);
                progress.println(device.describe());
                features(trained, backend, out, features);
                return 0;
            }
            ExplainedSamples samples =
                    ExplainedSamples.read(PredictInput.files(arguments), trained, most);
            progress.println(device.describe());
            try (Model model =
                    Model.create(trained.network(), samples.shape(), backend, /* seed= */ 1)) {
                progress.println(trained.load(model));
                progress.flush();
                if (samples.left() > 0) {
                    progress.printf(
                            "explained are the first %,d of %,d samples; --most N takes more%n",
                            samples.count(), samples.count() + samples.left());
                }
                explain(trained, model, samples, out);
            }
        }
        return 0;
    }

    private void texts(
            @Nullable Path run, Trained trained, List<Path> inputs, Backend backend, Path out)
            throws IOException {
        if (run == null) {
            throw Values.wrong("--text", "a run, whose vocabulary reads it", "--model");
        }
        TypedTexts typed = TypedTexts.of(run, inputs, texts);
        PrintWriter progress = progress();
        progress.println(device.describe());
        try (Model model = Model.create(trained.network(), typed.shape(), backend, /* seed= */ 1)) {
            progress.println(trained.load(model));
            typed.notes().forEach(progress::println);
            List<String> chosen =
                    methods.isEmpty()
                            ? ExplainedTexts.METHODS
                            : methods.stream().distinct().toList();
            Map<String, Object> all =
                    new ExplainedTexts(trained, model, typed, chosen, progress).write(target, out);
            if (json) {
                out().println(Json.line(all));
            } else {
                out().printf(
                                "%s in %s%n",
                                texts.size() == 1 ? "1 text" : texts.size() + " texts",
                                all.get("page"));
            }
            out().flush();
        }
    }

    private static void refuseInputs(List<Path> arguments) {
        if (!arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    "--features: expected no input, got "
                            + arguments.get(0)
                            + "; classes stand behind it, with commas");
        }
    }

    private Path out(@Nullable Path run) {
        if (folder != null) {
            return folder;
        }
        return run == null ? Path.of("explained") : run.resolve("explained");
    }

    private void features(Trained trained, Backend backend, Path out, List<String> names)
            throws IOException {
        Size size = trained.transforms().size(/* before= */ null);
        Shape shape = Shape.of(trained.transforms().channels(), size.height(), size.width());
        PixelRange range = ExplainedSamples.range(trained.transforms().normalize());
        try (Model model = Model.create(trained.network(), shape, backend, /* seed= */ 1)) {
            progress().println(trained.load(model));
            progress().flush();
            try (Attribution attribution = Attribution.of(model, range)) {
                ExplainedFiles files = new ExplainedFiles(trained, attribution, out);
                List<FeatureName> all = FeatureName.of(names, trained, attribution.classes());
                new ExplainedChanges(files).features(all, new FeatureVisualization().seed(seed));
                finish(files, all.size() + " features");
            }
        }
    }

    private void explain(Trained trained, Model model, ExplainedSamples samples, Path out)
            throws IOException {
        try (Attribution attribution = Attribution.of(model, samples.range(trained.transforms()))) {
            ExplainedFiles files = new ExplainedFiles(trained, attribution, out);
            if (adversarial) {
                List<Double> levels = epsilon.stream().sorted().toList();
                new ExplainedChanges(files).adversaries(samples, levels);
            } else {
                maps(files, samples);
            }
            finish(files, samples.count() + (samples.count() == 1 ? " sample" : " samples"));
        }
    }

    private void maps(ExplainedFiles files, ExplainedSamples samples) throws IOException {
        List<Method> chosen = chosen(files.attribution(), samples.values().get(0));
        files.explain(samples, chosen, target);
        if (sanity) {
            for (SanityCheck.Result result : files.check(samples, chosen, target, seed)) {
                progress()
                        .printf(
                                Locale.ROOT,
                                "%-22s %5.2f alike with random weights: %s%n",
                                result.method(),
                                result.similarity(),
                                result.hardlyChanges()
                                        ? "hardly changes"
                                        : "depends on the weights");
            }
        }
    }

    /** The methods that were named, or all that the network supports. */
    private List<Method> chosen(Attribution attribution, double[] x) {
        if (!methods.isEmpty()) {
            return methods.stream().distinct().map(name -> seeded(Methods.named(name))).toList();
        }
        List<Method> supported = new ArrayList<>();
        for (Method method : Methods.all()) {
            try {
                if (!method.takesAll()) {
                    attribution.explain(method, x, 0);
                }
                supported.add(seeded(method));
            } catch (IllegalArgumentException e) {
                progress().println("left out: " + e.getMessage());
            }
        }
        return supported;
    }

    private Method seeded(Method method) {
        return method instanceof SmoothGrad smooth ? smooth.seed(seed) : method;
    }

    private void finish(ExplainedFiles files, String what) throws IOException {
        Map<String, Object> all = files.finish();
        if (json) {
            out().println(Json.line(all));
        } else {
            out().printf("%s in %s%n", what, all.get("page"));
        }
        out().flush();
    }

    private void check() {
        trainedOptions.check();
        methods.forEach(name -> Values.oneOf("--method", Methods.names(), name));
        Values.atLeast("--most", 1, most);
        if (target != null && target.isEmpty()) {
            throw Values.wrong("--class", "a class", "none");
        }
        if (features != null
                && (features.isEmpty() || features.stream().anyMatch(String::isEmpty))) {
            throw Values.wrong("--features", "classes or LAYER:N, with commas", features);
        }
        TypedTexts.check(texts);
        if (!texts.isEmpty()) {
            if (features != null || sanity || adversarial) {
                throw Values.wrong("--text", "no --features, --sanity, --adversarial", "some");
            }
            methods.forEach(name -> Values.oneOf("--method", ExplainedTexts.METHODS, name));
        }
        for (double level : epsilon) {
            if (!(level > 0 && level <= 255)) {
                throw Values.wrong("--epsilon", "numbers above 0, at most 255", level);
            }
        }
        if (adversarial && (features != null || sanity || !methods.isEmpty() || target != null)) {
            throw Values.wrong(
                    "--adversarial", "no --method, --class, --sanity, --features", "some");
        }
        if (features != null && (sanity || !methods.isEmpty() || target != null)) {
            throw Values.wrong("--features", "no --method, --class, --sanity", "some");
        }
        device.check();
    }
}
