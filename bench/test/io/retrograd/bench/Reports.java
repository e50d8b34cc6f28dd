package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.bench.Report.Ceilings;
import io.retrograd.bench.Report.Measurement;
import io.retrograd.bench.Report.Settings;
import io.retrograd.bench.Report.Side;
import io.retrograd.bench.Report.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reports to test with. */
final class Reports {
    private Reports() {}

    static Side ours(double... speeds) {
        return side(Report.OURS, "", 0.0, speeds);
    }

    static Side side(String name, String mode, double others, double... speeds) {
        List<Measurement> measurements = new ArrayList<>();
        for (double speed : speeds) {
            JsonNode result =
                    Report.json(Map.of("images_per_second", speed, "peak_rss_mb", 100 + speed));
            measurements.add(
                    new Measurement(measurements.size() + 1, "java", others, null, result));
        }
        return Side.of(name, mode, measurements);
    }

    /** One network, mlp with a batch of 64 and 640 operations a step. */
    static Report of(String device, Side... sides) {
        Work work =
                new Work(
                        "mlp",
                        64,
                        640,
                        List.of("layouts: channels last"),
                        0.5,
                        List.of(sides),
                        Map.of("DL4J", "not here"));
        return new Report(
                Map.of("cpu", "A CPU", "cores", "2"),
                new Settings("bench/run", device, "float32", 2, 3, 3, 1),
                new Ceilings(4000, 1e9, Report.json(List.of())),
                List.of(work),
                Map.of(),
                List.of("a remark"));
    }
}
