package io.retrograd.cli;

import io.retrograd.report.LearningRatePage;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.LearningRateFinder;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** {@code train --find-lr}: a learning rate range test in place of a training. */
final class FindLearningRate {
    private FindLearningRate() {}

    /** Runs it, prints its suggestions and writes its page; gives what {@code --json} prints. */
    static Map<String, Object> run(
            Trainer trainer,
            LabelledDataset samples,
            String title,
            RunDirectory directory,
            PrintWriter out)
            throws IOException {
        LearningRateFinder.Result found = new LearningRateFinder().find(trainer, samples);
        Path page = LearningRatePage.write(directory.folder(), title, found);
        out.printf(
                "tried %d learning rates, %s%n",
                found.points().size(),
                found.diverged() ? "until the loss diverged" : "up to the highest");
        OptionalDouble steepest = found.steepest();
        OptionalDouble minimum = found.minimumOverTen();
        print("where the loss falls fastest", steepest, out);
        print("a tenth of where it is least", minimum, out);
        OptionalDouble suggested = minimum.isPresent() ? minimum : steepest;
        if (suggested.isPresent()) {
            out.printf("suggested: --lr %s%n", number(suggested.getAsDouble()));
        } else {
            out.println("no suggestion: the loss never falls; look at the data and the network");
        }
        out.printf("plot in %s%n", page);
        out.flush();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("suggested_lr", value(suggested));
        result.put("steepest", value(steepest));
        result.put("minimum_over_ten", value(minimum));
        result.put("steps", found.points().size());
        result.put("diverged", found.diverged());
        result.put("page", page.toString());
        return result;
    }

    private static void print(String what, OptionalDouble rate, PrintWriter out) {
        rate.ifPresent(value -> out.printf("%-30s %s%n", what, number(value)));
    }

    private static String number(double rate) {
        return String.format(Locale.ROOT, "%.1e", rate);
    }

    private static @Nullable Double value(OptionalDouble rate) {
        return rate.isPresent() ? rate.getAsDouble() : null;
    }
}
