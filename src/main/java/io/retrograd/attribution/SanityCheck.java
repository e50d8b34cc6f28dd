package io.retrograd.attribution;

import io.retrograd.tensor.Checks;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Whether maps depend on what the network has learned: its layers get random first values, one
 * after the other from the output down, and each time the maps are compared with those of the
 * trained network. A map that hardly changes shows the sample, and not what the network makes of
 * it.
 *
 * <p>Source: J. Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018: cascading
 * randomization.
 *
 * @param stages comparisons, at least 1: the layers with parameters are divided among them
 * @param seed of the first values
 */
public record SanityCheck(int stages, long seed) {
    public SanityCheck {
        Checks.atLeast("SanityCheck", "stages", 1, stages);
    }

    /** With at most six comparisons. */
    public SanityCheck() {
        this(6, /* seed= */ 1);
    }

    /** The same with other first values. */
    public SanityCheck seed(long number) {
        return new SanityCheck(stages, number);
    }

    /**
     * A comparison, the mean over samples.
     *
     * @param layer the path of the deepest layer that has random values; all above it have too
     * @param rank Spearman's rank correlation of the magnitudes of pixels
     * @param structure the structural similarity of the magnitudes
     */
    public record Stage(String layer, double rank, double structure) {}

    /**
     * How a method's maps changed.
     *
     * @param stages from the output's layer alone to all layers
     */
    public record Result(String method, List<Stage> stages) {
        /** The mean similarity from which on maps are said to hardly change. */
        public static final double HARDLY_CHANGED = 0.5;

        public Result {
            stages = List.copyOf(stages);
        }

        /**
         * The mean of both similarities while layers become random, all but the deepest: the last
         * comparison does not count, unless it is the only one.
         */
        public double similarity() {
            int count = Math.max(1, stages.size() - 1);
            return stages.stream()
                    .limit(count)
                    .mapToDouble(stage -> (stage.rank + stage.structure) / 2)
                    .average()
                    .orElse(0);
        }

        /** Whether maps are about the same whatever the layers behind the first have learned. */
        public boolean hardlyChanges() {
            return similarity() >= HARDLY_CHANGED;
        }
    }

    /**
     * Compares the maps of methods. The model that is explained is not changed: a copy is.
     *
     * @param samples at least one, each row-major. Not modified.
     * @param targets the output that is explained for each
     */
    public List<Result> of(
            Attribution on, List<Method> methods, List<double[]> samples, List<Integer> targets) {
        if (samples.isEmpty() || samples.size() != targets.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "SanityCheck: expected samples and a class for each, got %d and %d",
                            samples.size(), targets.size()));
        }
        Map<String, List<double[]>> trained = maps(on, methods, samples, targets);
        Map<String, List<Stage>> found = new LinkedHashMap<>();
        methods.forEach(method -> found.put(method.name(), new ArrayList<>()));
        Model model = on.model();
        try (Model copy =
                        Model.create(
                                model.network(),
                                model.inputShapes(),
                                model.parameters().backend(),
                                seed);
                Attribution ofCopy = Attribution.of(copy, on.range())) {
            Map<String, double[]> random = new LinkedHashMap<>();
            copy.names().forEach(name -> random.put(name, copy.parameter(name)));
            Attribution.copy(model, copy);
            List<String> layers = layers(copy);
            int count = Math.min(stages, layers.size());
            for (int stage = 1; stage <= count; stage++) {
                int done = (stage * layers.size() + count - 1) / count;
                Set<String> reached = Set.copyOf(layers.subList(0, done));
                random.forEach(
                        (name, values) -> {
                            if (reached.contains(layer(name))) {
                                copy.setParameter(name, values);
                            }
                        });
                maps(ofCopy, methods, samples, targets)
                        .forEach(
                                (method, maps) ->
                                        Objects.requireNonNull(found.get(method))
                                                .add(
                                                        compared(
                                                                layers.get(done - 1),
                                                                on,
                                                                Objects.requireNonNull(
                                                                        trained.get(method)),
                                                                maps)));
            }
        }
        List<Result> results = new ArrayList<>();
        found.forEach((method, list) -> results.add(new Result(method, list)));
        return results;
    }

    private static Map<String, List<double[]>> maps(
            Attribution on, List<Method> methods, List<double[]> samples, List<Integer> targets) {
        Map<String, List<double[]>> maps = new LinkedHashMap<>();
        for (Method method : methods) {
            List<double[]> all = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                double[] heat = on.explain(method, samples.get(i), targets.get(i)).heat();
                all.add(Numbers.magnitudes(heat));
            }
            maps.put(method.name(), all);
        }
        return maps;
    }

    private static Stage compared(
            String layer, Attribution on, List<double[]> before, List<double[]> after) {
        int rank = on.sampleShape().rank();
        int width = on.sampleShape().dim(rank - 1);
        double ranks = 0;
        double structures = 0;
        for (int i = 0; i < before.size(); i++) {
            ranks += Similarity.ranks(before.get(i), after.get(i));
            structures += Similarity.structure(before.get(i), after.get(i), width);
        }
        return new Stage(layer, ranks / before.size(), structures / before.size());
    }

    /** The paths of layers with parameters, from the output down. */
    private static List<String> layers(Model model) {
        Set<String> paths = new LinkedHashSet<>();
        model.parameters().tensors().forEach(w -> paths.add(layer(w.name())));
        List<String> layers = new ArrayList<>();
        paths.forEach(path -> layers.add(0, path));
        return layers;
    }

    private static String layer(String parameter) {
        return parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
    }
}
