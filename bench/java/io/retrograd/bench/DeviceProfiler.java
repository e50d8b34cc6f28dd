package io.retrograd.bench;

import java.util.Collection;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/** Puts {@link DeviceTimes} into JMH's table, in rows of their own; there are none on a CPU. */
public final class DeviceProfiler implements InternalProfiler {
    private static Map<String, Double> last = Map.of();

    /** Reports the times that the benchmark in this process found in its last iteration. */
    static synchronized void tell(Map<String, Double> times) {
        last = times;
    }

    private static synchronized Map<String, Double> take() {
        Map<String, Double> taken = last;
        last = Map.of();
        return taken;
    }

    @Override
    public String getDescription() {
        return "A GPU's time by events and graph replay, and the host's for dispatch and capture";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public Collection<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return take().entrySet().stream()
                .map(
                        time ->
                                new ScalarResult(
                                        time.getKey(),
                                        time.getValue(),
                                        "us/op",
                                        AggregationPolicy.AVG))
                .toList();
    }
}
