package io.retrograd.cli;

import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.FeatureVisualization;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a sample is made for: a class, or a channel of a layer.
 *
 * @param text for people
 * @param path the layer's; empty for a class
 * @param number of the class or channel
 */
record FeatureName(String text, String path, int number) {
    /** All classes, so many at most. */
    static final String ALL = "all";

    private static final int MOST = 20;
    private static final Pattern CHANNEL = Pattern.compile("([\\w.-]+):(\\d{1,6})");

    /** Reads names, as in {@code cat}, {@code 3} or {@code 4.body.1:12}. */
    static List<FeatureName> of(List<String> texts, Trained trained, int classes) {
        List<FeatureName> names = new ArrayList<>();
        for (String text : texts) {
            Matcher channel = CHANNEL.matcher(text);
            if (text.equals(ALL)) {
                for (int c = 0; c < Math.min(MOST, classes); c++) {
                    names.add(new FeatureName(trained.label(c), "", c));
                }
            } else if (channel.matches()) {
                int number = Integer.parseInt(channel.group(2));
                names.add(new FeatureName(text, channel.group(1), number));
            } else {
                int number = trained.number("--features", text, classes);
                names.add(new FeatureName(trained.label(number), "", number));
            }
        }
        return names;
    }

    FeatureVisualization.Feature of(Attribution attribution, FeatureVisualization method) {
        return path.isEmpty()
                ? method.ofClass(attribution, number)
                : method.ofChannel(attribution, path, number);
    }
}
