package io.retrograd.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A timed network and the result.
 *
 * @param model the network's name in {@code summary}
 * @param batch images a step
 * @param burst steps that were waited for at once
 * @param times the times of the steps that count
 * @param peakMib the most memory the process had resident; empty where the system does not report
 *     it
 * @param firstStepSeconds from the JVM's start to the end of the first step
 * @param host what Java did for a step
 * @param loss the loss of the last step
 */
record BenchResult(
        String net,
        String model,
        int batch,
        String device,
        String precision,
        int threads,
        int burst,
        StepTimes times,
        OptionalDouble peakMib,
        double firstStepSeconds,
        HostWork host,
        double loss) {
    /** For JSON, in the fields that peers print too. */
    Map<String, Object> asMap() {
        Map<String, Object> millis = new LinkedHashMap<>();
        millis.put("min", times.minMillis());
        millis.put("median", times.medianMillis());
        millis.put("max", times.maxMillis());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("net", net);
        map.put("model", model);
        map.put("batch", batch);
        map.put("device", device);
        map.put("precision", precision);
        map.put("threads", threads);
        map.put("burst", burst);
        map.put("images_per_second", times.imagesPerSecond(batch));
        map.put("step_ms", millis);
        map.put("peak_rss_mb", peakMib.isPresent() ? peakMib.getAsDouble() : null);
        map.put("first_step_s", firstStepSeconds);
        map.put("host_ms", host.millis().isPresent() ? host.millis().getAsDouble() : null);
        map.put("library_calls", host.calls().isPresent() ? host.calls().getAsLong() : null);
        map.put("loss", loss);
        return map;
    }

    /** For people, in a few lines. */
    String text() {
        String peak =
                peakMib.isPresent()
                        ? String.format("%.0f MiB", peakMib.getAsDouble())
                        : "not reported by this system";
        return String.format(
                """
                %s, batch %d, on %s in %s, %d threads
                  throughput    %.1f images/s
                  step          %.3f ms, the median; %.3f to %.3f
                  first step    %.2f s after the start
                  peak memory   %s
                %s  loss          %.4f
                """,
                net,
                batch,
                device,
                precision,
                threads,
                times.imagesPerSecond(batch),
                times.medianMillis(),
                times.minMillis(),
                times.maxMillis(),
                firstStepSeconds,
                peak,
                host.text(),
                loss);
    }
}
