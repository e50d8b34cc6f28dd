package io.retrograd.cli;

import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.Completeness;
import io.retrograd.attribution.Explanation;
import io.retrograd.attribution.Method;
import io.retrograd.attribution.SanityCheck;
import io.retrograd.file.WholeFile;
import io.retrograd.report.Explained;
import io.retrograd.report.ExplanationPage;
import io.retrograd.report.HeatPicture;
import io.retrograd.report.Picture;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code explain} writes:
 *
 * <pre>
 *   explain.html           all maps beside each other
 *   explain.json           what was explained, by which methods, and what their values sum to
 *   1-cat-saliency.png     the first sample, cat.png, and a map over it
 *   1-cat-saliency.json    that map's numbers
 * </pre>
 */
final class ExplainedFiles {
    /** The samples that the sanity check looks at. */
    private static final int SANE = 4;

    private final Trained trained;
    private final Attribution attribution;
    private final Path folder;
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final ExplanationPage page;

    /** Makes the folder. */
    ExplainedFiles(Trained trained, Attribution attribution, Path folder) throws IOException {
        this.trained = trained;
        this.attribution = attribution;
        this.folder = folder;
        page = new ExplanationPage("Explanations of " + trained.name(), folder.toString());
        WholeFile.createFolders(folder);
    }

    Attribution attribution() {
        return attribution;
    }

    ExplanationPage page() {
        return page;
    }

    /** Adds to what {@code explain.json} says. */
    void put(String name, Object value) {
        json.put(name, value);
    }

    /** Writes a picture; gives its file's name. */
    String write(String file, Picture picture) throws IOException {
        WholeFile.write(folder.resolve(file), picture.file());
        return file;
    }

    /**
     * Writes the page and what all files hold.
     *
     * @return what {@code explain.json} says
     */
    Map<String, Object> finish() throws IOException {
        WholeFile.write(folder.resolve("explain.json"), Json.line(json));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("page", page.write(folder).toString());
        all.putAll(json);
        return all;
    }

    /** A class for people. */
    String label(int number) {
        return trained.label(number);
    }

    /** A sample as a picture. */
    HeatPicture picture(double[] x) {
        Shape shape = attribution.model().sampleShape();
        return new HeatPicture(
                shape, x, attribution.range().lows(shape), attribution.range().highs(shape));
    }

    /** The beginning of the names of a sample's files. */
    static String base(int number, String name) {
        return number + "-" + name.replaceFirst("\\.\\w+", "").replaceAll("[^\\w-]+", "_");
    }

    /**
     * Explains samples.
     *
     * @param target the class's name or number; null for the likeliest of each
     */
    void explain(ExplainedSamples samples, List<Method> methods, @Nullable String target)
            throws IOException {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < samples.count(); i++) {
            double[] x = samples.values().get(i);
            all.add(sample(i + 1, samples.names().get(i), x, methods, target(x, target)));
        }
        put("samples", all);
    }

    private int target(double[] x, @Nullable String target) {
        return target == null
                ? attribution.top(x)
                : trained.number("--class", target, attribution.classes());
    }

    private Map<String, Object> sample(
            int number, String name, double[] x, List<Method> methods, int explained)
            throws IOException {
        double[] y = attribution.model().predict(x);
        double[] p = Predictions.softmax(y, attribution.model().outputShape());
        int top = attribution.top(x);
        HeatPicture picture = picture(x);
        List<Map<String, Object>> maps = new ArrayList<>();
        List<Explained.Heat> heats = new ArrayList<>();
        for (Method method : methods) {
            Explanation map = attribution.explain(method, x, explained);
            boolean smooth = map.layer() != null;
            String file = base(number, name) + "-" + method.name();
            String alt = method.name() + " over " + name;
            write(file + ".png", picture.beside(alt, map.heat(), smooth));
            WholeFile.write(folder.resolve(file + ".json"), Json.line(numbers(map)));
            maps.add(entry(map, file));
            heats.add(
                    new Explained.Heat(
                            method.name(), picture.under(alt, map.heat(), smooth), note(map)));
        }
        page.add(
                new Explained(
                        name,
                        trained.label(top),
                        p[top],
                        trained.label(explained),
                        y[explained],
                        picture.alone(name),
                        heats));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("input", name);
        object.put("predicted", trained.label(top));
        object.put("probability", p[top]);
        object.put("class", explained);
        object.put("label", trained.label(explained));
        object.put("output", y[explained]);
        object.put("maps", maps);
        return object;
    }

    /** Compares maps with those of random weights. */
    List<SanityCheck.Result> check(
            ExplainedSamples samples, List<Method> methods, @Nullable String target, long seed) {
        List<double[]> some = samples.values().subList(0, Math.min(SANE, samples.count()));
        List<Integer> targets = some.stream().map(x -> target(x, target)).toList();
        List<SanityCheck.Result> results =
                new SanityCheck().seed(seed).of(attribution, methods, some, targets);
        page.add(results);
        List<Object> all = new ArrayList<>();
        for (SanityCheck.Result result : results) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("method", result.method());
            object.put("hardly_changes", result.hardlyChanges());
            object.put("similarity", result.similarity());
            object.put("stages", result.stages());
            all.add(object);
        }
        put("sanity", all);
        return results;
    }

    private static Map<String, Object> numbers(Explanation map) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("method", map.method());
        numbers.put("class", map.target());
        numbers.put("height", map.height());
        numbers.put("width", map.width());
        numbers.put("heat", map.heat());
        return numbers;
    }

    private static Map<String, Object> entry(Explanation map, String file) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("method", map.method());
        entry.put("picture", file + ".png");
        entry.put("numbers", file + ".json");
        if (map.layer() != null) {
            entry.put("layer", map.layer());
        }
        Completeness sums = map.completeness();
        if (sums != null) {
            entry.put("sum", sums.sum());
            entry.put("expected_sum", sums.expected());
            entry.put("error", sums.error());
        }
        return entry;
    }

    private static @Nullable String note(Explanation map) {
        Completeness sums = map.completeness();
        if (sums != null) {
            return String.format(Locale.ROOT, "sums to %.3g, of %.3g", sums.sum(), sums.expected());
        }
        return map.layer() == null ? null : "of layer " + map.layer();
    }
}
