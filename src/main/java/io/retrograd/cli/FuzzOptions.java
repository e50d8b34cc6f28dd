package io.retrograd.cli;

import io.retrograd.gradcheck.fuzz.FuzzKinds;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a gradient check of layers drawn at random. */
final class FuzzOptions {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(s|m|min|h)");

    @Option(
            names = "--fuzz",
            paramLabel = "TIME",
            description =
                    "Draw layers, sizes and values at random for so long, as 60s, 5m or 2h, and"
                            + " check each; what fails is made smaller and written to --out.")
    private @Nullable String duration;

    @Option(
            names = "--layer",
            arity = "1..*",
            split = ",",
            paramLabel = "KIND",
            description = "With --fuzz: draw these kinds alone. Default: all.")
    private List<String> kinds = List.of();

    @Option(
            names = "--replay",
            paramLabel = "SEED",
            description = "Draw and check the one case of this seed, which --fuzz told.")
    private @Nullable Long replay;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "gradcheck-cases",
            description =
                    "With --fuzz or --replay: where a case for parity and a JUnit test of each"
                            + " failure are written. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("gradcheck-cases");

    /** Checks the options, before anything is computed. */
    void check() {
        seconds();
        kinds.forEach(kind -> Values.oneOf("--layer", FuzzKinds.names(), kind));
        if (replay != null) {
            Values.atLeast("--replay", 0, replay);
        }
        if (!kinds.isEmpty() && duration == null) {
            throw new IllegalArgumentException("--layer: expected --fuzz beside it, got none");
        }
        if (replay != null && duration != null) {
            throw new IllegalArgumentException("--replay: expected no --fuzz beside it, got one");
        }
    }

    /** Whether layers are drawn. */
    boolean asked() {
        return duration != null || replay != null;
    }

    /** How long; 0 for one case. */
    long seconds() {
        if (duration == null) {
            return 0;
        }
        Matcher matcher = DURATION.matcher(duration);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
            throw Values.wrong("--fuzz", "a time as 60s, 5m or 2h", duration);
        }
        long unit =
                switch (matcher.group(2)) {
                    case "s" -> 1;
                    case "h" -> 3600;
                    default -> 60;
                };
        return unit * Integer.parseInt(matcher.group(1));
    }

    List<String> kinds() {
        return kinds;
    }

    @Nullable Long replay() {
        return replay;
    }

    Path out() {
        return out;
    }
}
