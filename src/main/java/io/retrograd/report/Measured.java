package io.retrograd.report;

import io.retrograd.train.LayerTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run's page shows beside its history and summary: the run's {@value #FILE}.
 *
 * @param settings what was chosen, by what it is
 * @param classes the names of the classes, in order
 * @param tested the number of samples that mistakes were looked for in
 * @param result of a test whose targets are no classes; else null
 * @param failure the error that ended training; null if none did
 */
public record Measured(
        Map<String, String> settings,
        List<String> classes,
        List<StepMean> steps,
        List<GradientNorms> gradients,
        List<LayerTime> times,
        @Nullable Kernels kernels,
        long tested,
        List<Mistake> mistakes,
        @Nullable TestResult result,
        @Nullable String failure) {
    /** The name of the file. */
    public static final String FILE = "report.json";

    /** Nothing measured. */
    public static final Measured NOTHING =
            new Measured(
                    Map.of(), List.of(), List.of(), List.of(), List.of(), null, 0, List.of(), null,
                    null);

    // A file may lack what a later version adds.
    @SuppressWarnings("NullAway")
    public Measured {
        settings = settings == null ? Map.of() : ordered(settings);
        classes = classes == null ? List.of() : List.copyOf(classes);
        steps = steps == null ? List.of() : List.copyOf(steps);
        gradients = gradients == null ? List.of() : List.copyOf(gradients);
        times = times == null ? List.of() : List.copyOf(times);
        mistakes = mistakes == null ? List.of() : List.copyOf(mistakes);
    }

    /** A copy in the same order, without null. */
    static <T> Map<String, T> ordered(Map<String, T> map) {
        Map<String, T> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(name, Objects.requireNonNull(value, name)));
        return Collections.unmodifiableMap(copy);
    }

    Measured course(List<StepMean> newSteps, List<GradientNorms> newGradients) {
        return new Measured(
                settings,
                classes,
                newSteps,
                newGradients,
                times,
                kernels,
                tested,
                mistakes,
                result,
                failure);
    }

    Measured times(List<LayerTime> newTimes) {
        return new Measured(
                settings, classes, steps, gradients, newTimes, kernels, tested, mistakes, result,
                failure);
    }

    Measured trained(@Nullable Kernels newKernels, long newTested, List<Mistake> newMistakes) {
        return new Measured(
                settings,
                classes,
                steps,
                gradients,
                times,
                newKernels,
                newTested,
                newMistakes,
                result,
                failure);
    }

    Measured tested(TestResult newResult) {
        return new Measured(
                settings, classes, steps, gradients, times, kernels, tested, mistakes, newResult,
                failure);
    }

    Measured failed(String message) {
        return new Measured(
                settings, classes, steps, gradients, times, kernels, tested, mistakes, result,
                message);
    }
}
