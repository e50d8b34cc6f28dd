package io.retrograd.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that one run of the harness found, as its JSON file holds it.
 *
 * @param machine the facts that the numbers depend on and a user cannot choose
 * @param settings the requested settings
 * @param ceilings the most that this machine does, measured in the same run
 * @param works one a network
 * @param more figures that have no peer, by kind
 * @param remarks remarks that readers of the numbers need
 */
record Report(
        Map<String, String> machine,
        Settings settings,
        @Nullable Ceilings ceilings,
        List<Work> works,
        Map<String, JsonNode> more,
        List<String> remarks) {
    /** The side that all others are compared with. */
    static final String OURS = "Retrograd";

    private static final ObjectMapper MAPPER =
            new ObjectMapper()
                    .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * The requested settings.
     *
     * @param command that repeats the run
     * @param seconds the seconds of each process, warming up included
     * @param burst steps that are waited for at once
     */
    record Settings(
            String command,
            String device,
            String precision,
            int threads,
            int rounds,
            double seconds,
            int burst) {
        /** As arguments of our commands and probes, and of the peers' programs. */
        List<String> deviceOptions() {
            return List.of(
                    "--device",
                    device,
                    "--precision",
                    precision,
                    "--threads",
                    String.valueOf(threads));
        }
    }

    /**
     * The largest rates that were reached.
     *
     * @param flops the floating-point operations a second of a large matrix product
     * @param bytes read and written by a large copy, a second
     */
    record Ceilings(double flops, double bytes, JsonNode details) {}

    /**
     * One network's training steps on every side.
     *
     * @param flops floating-point operations of the convolutions, products and recurrent layers of
     *     one step: 2 a multiplication and addition
     * @param plan our device's choices for each layer
     * @param coldFirstStep seconds from the start of Java to the end of the first step, when
     *     nothing is remembered of earlier runs; null where it was not measured
     * @param missing why a side, or one of its modes, has no number
     */
    record Work(
            String net,
            int batch,
            double flops,
            List<String> plan,
            @Nullable Double coldFirstStep,
            List<Side> sides,
            Map<String, String> missing) {
        /** The fastest mode of a peer, or ours; empty if it has no number. */
        Optional<Side> best(String name) {
            return sides.stream()
                    .filter(side -> side.name().equals(name))
                    .max((a, b) -> Double.compare(a.imagesPerSecond(), b.imagesPerSecond()));
        }
    }

    /**
     * One side's measurements of one work.
     *
     * @param name ours or a peer's
     * @param mode which of its ways to run; empty if it has one
     * @param imagesPerSecond median over the rounds
     * @param spread its spread: largest less smallest, as a share of the median
     */
    record Side(
            String name,
            String mode,
            double imagesPerSecond,
            double spread,
            List<Measurement> measurements) {
        static Side of(String name, String mode, List<Measurement> measurements) {
            List<Double> speeds =
                    measurements.stream().map(m -> m.number("images_per_second")).toList();
            return new Side(
                    name,
                    mode,
                    Stats.median(speeds),
                    Stats.spread(speeds),
                    List.copyOf(measurements));
        }

        /** The median of another field over the rounds; null where it is not reported. */
        @Nullable Double median(String field) {
            List<Double> values =
                    measurements.stream()
                            .filter(m -> m.result().path(field).isNumber())
                            .map(m -> m.number(field))
                            .toList();
            return values.isEmpty() ? null : Stats.median(values);
        }
    }

    /**
     * One process.
     *
     * @param coresUsedByOthers by processes that are not the harness's, on average meanwhile; null
     *     where the system does not report it
     * @param gpu the reports of {@code nvidia-smi} meanwhile; null without a GPU
     * @param result the JSON object that the process printed
     */
    record Measurement(
            int round,
            String command,
            @Nullable Double coresUsedByOthers,
            GpuWatch.@Nullable Reading gpu,
            JsonNode result) {
        double number(String field) {
            return result.path(field).asDouble();
        }
    }

    /** Writes it, in place of what was there. */
    void write(Path file) throws IOException {
        WholeFile.write(file, MAPPER.writeValueAsString(this) + "\n");
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it cannot be read, or is no such file
     */
    static Report read(Path file) throws IOException {
        try {
            Report report = MAPPER.readValue(Files.readString(file), Report.class);
            if (report.works() == null) {
                throw new IOException("no works in it");
            }
            return report;
        } catch (IOException e) {
            throw new IOException(
                    file
                            + ": expected a results.json that bench/run wrote, could not read it: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    /** Turns anything into JSON as the report holds it. */
    static JsonNode json(Object value) {
        return MAPPER.valueToTree(value);
    }
}
