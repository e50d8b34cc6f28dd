package io.retrograd.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What decides the course of a training, as texts by which a state knows its training. */
final class TrainingSettings {
    private static final int SHOWN = 60;

    private TrainingSettings() {}

    static Map<String, String> of(Trainer plan, Dataset dataset) {
        Model model = plan.model;
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("network", model.network());
        settings.put("inputs", model.inputShapes());
        settings.put("numbers", model.declared().backend().parameterDType().text());
        settings.put("model's seed", model.declared().seed());
        settings.put("data", DataDigest.of(dataset));
        settings.put(
                "validation data",
                plan.validation == null ? "none" : DataDigest.of(plan.validation));
        settings.put("losses", plan.losses);
        settings.put("optimizer", plan.optimizer);
        settings.put("batch", plan.batch);
        settings.put("epochs", plan.epochs);
        settings.put("accumulate", plan.accumulate);
        settings.put("average", orNone(plan.average));
        settings.put("seed", plan.seed);
        settings.put("schedule", plan.schedule);
        settings.put("plateau", orNone(plan.plateau));
        settings.put("freezing", plan.freezing.globs().isEmpty() ? "none" : plan.freezing);
        settings.put("regularization", plan.regularization);
        settings.put("patience", plan.patience);
        settings.put("restore best", plan.restoreBest);
        settings.put("drop last", plan.dropLast);
        settings.put("augmentation", orNone(plan.augmentation));
        Map<String, String> texts = new LinkedHashMap<>();
        settings.forEach((name, value) -> texts.put(name, text(value)));
        return texts;
    }

    private static Object orNone(@Nullable Object value) {
        return value == null ? "none" : value;
    }

    /** Without what differs from one start of Java to the next: hashes, and numbers of lambdas. */
    private static String text(Object value) {
        return value.toString()
                .replaceAll("\\$\\$Lambda[$/\\w]*", "(function)")
                .replaceAll("@[0-9a-f]{1,8}\\b", "");
    }

    /**
     * Refuses a state of another training.
     *
     * @throws ResumeException that names the first setting that differs
     */
    static void check(Map<String, String> now, Map<String, String> then) {
        now.forEach((name, value) -> check(name, value, then.get(name)));
    }

    private static void check(String name, String now, @Nullable String then) {
        if (!now.equals(then)) {
            String other = then == null ? "none" : then;
            int from = Math.max(0, firstDifference(now, other) - SHOWN / 2);
            throw new ResumeException(
                    String.format(
                            "Trainer: expected a state of a training with the %s %s, got one with"
                                    + " %s; resume it with all that it was begun with, or begin"
                                    + " another training",
                            name, part(now, from), part(other, from)));
        }
    }

    private static int firstDifference(String a, String b) {
        int i = 0;
        while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String part(String text, int from) {
        int end = Math.min(text.length(), from + SHOWN);
        return (from > 0 ? "..." : "")
                + text.substring(Math.min(from, end), end)
                + (end < text.length() ? "..." : "");
    }
}
