package io.retrograd.cli;

import io.retrograd.attribution.Adversarial;
import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.FeatureVisualization;
import io.retrograd.report.ExplanationPage;
import io.retrograd.report.HeatPicture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Samples that {@code explain} makes: what classes look like, and what deceives the network. */
final class ExplainedChanges {
    private static final double LEVELS = 255;

    private final ExplainedFiles files;
    private final Attribution attribution;

    ExplainedChanges(ExplainedFiles files) {
        this.files = files;
        attribution = files.attribution();
    }

    /** Makes a sample of each class, or layer's channel. */
    void features(List<FeatureName> names, FeatureVisualization method) throws IOException {
        List<ExplanationPage.Shown> shown = new ArrayList<>();
        List<Object> all = new ArrayList<>();
        for (FeatureName name : names) {
            FeatureVisualization.Feature feature = name.of(attribution, method);
            HeatPicture picture = files.picture(feature.x());
            String file = "feature-" + name.text().replaceAll("[^\\w-]+", "_") + ".png";
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("feature", name.text());
            object.put("first", feature.first());
            object.put("last", feature.last());
            object.put("picture", files.write(file, picture.alone(name.text())));
            object.put("values", feature.x());
            all.add(object);
            shown.add(
                    new ExplanationPage.Shown(
                            picture.alone("what the network looks for: " + name.text()),
                            name.text(),
                            String.format(
                                    Locale.ROOT,
                                    "%.3g, from %.3g for grey",
                                    feature.last(),
                                    feature.first())));
        }
        files.put("features", all);
        files.page()
                .add(
                        "What the network looks for",
                        "Samples that gradients have made out of grey, for which an output, or the"
                                + " mean of a channel, is large.",
                        shown);
    }

    /**
     * Finds what deceives the network.
     *
     * @param levels the largest changes of a pixel, in 255ths, in ascending order
     */
    void adversaries(ExplainedSamples samples, List<Double> levels) throws IOException {
        double[] epsilons = levels.stream().mapToDouble(level -> level / LEVELS).toArray();
        List<Integer> labels = samples.values().stream().map(attribution::top).toList();
        Adversarial method = new Adversarial();
        List<Adversarial.Point> curve =
                method.curve(attribution, samples.values(), labels, epsilons);
        files.page().addCurve(curve, samples.count());
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < samples.count(); i++) {
            double[] x = samples.values().get(i);
            all.add(adversary(method, i + 1, samples.names().get(i), x, labels.get(i), epsilons));
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("curve", curve);
        object.put("samples", all);
        files.put("adversarial", object);
    }

    private Map<String, Object> adversary(
            Adversarial method, int number, String name, double[] x, int label, double[] epsilons)
            throws IOException {
        Adversarial.Example found = method.pgd(attribution, x, label, epsilons[0]);
        int at = 0;
        while (!found.deceives() && at < epsilons.length - 1) {
            found = method.pgd(attribution, x, label, epsilons[++at]);
        }
        double[] changed = found.x();
        int plane = x.length / attribution.model().sampleShape().dim(0);
        double[] change = new double[plane];
        for (int i = 0; i < x.length; i++) {
            change[i % plane] += changed[i] - x[i];
        }
        String size = String.format(Locale.ROOT, "%.3g/255", LEVELS * epsilons[at]);
        String base = ExplainedFiles.base(number, name) + "-adversarial.png";
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("input", name);
        object.put("predicted", files.label(label));
        object.put("deceives", found.deceives());
        object.put("taken_for", files.label(found.predicted()));
        object.put("epsilon", epsilons[at]);
        object.put("loss", found.loss());
        object.put("picture", files.write(base, files.picture(changed).alone(name)));
        object.put("values", changed);
        files.page()
                .add(
                        name,
                        found.deceives()
                                ? "Pixels changed by at most " + size + " make another class of it."
                                : "No change of at most " + size + " was found that deceives.",
                        List.of(
                                new ExplanationPage.Shown(
                                        files.picture(x).alone(name),
                                        files.label(label),
                                        "the sample"),
                                new ExplanationPage.Shown(
                                        files.picture(x).under("change of " + name, change, false),
                                        "the change",
                                        "enlarged, brighter warm, darker cold"),
                                new ExplanationPage.Shown(
                                        files.picture(changed).alone(name + ", changed"),
                                        files.label(found.predicted()),
                                        "the changed sample")));
        return object;
    }
}
