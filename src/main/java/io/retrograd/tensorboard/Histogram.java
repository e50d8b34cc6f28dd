package io.retrograd.tensorboard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How numbers are spread, in {@value #BUCKETS} buckets of one width. */
final class Histogram {
    private static final int BUCKETS = 30;

    private Histogram() {}

    /** The histogram of the finite ones; null if there are none. */
    static @Nullable Proto of(double... all) {
        double[] values = Arrays.stream(all).filter(Double::isFinite).toArray();
        if (values.length == 0) {
            return null;
        }
        double min = Arrays.stream(values).min().orElseThrow();
        double max = Arrays.stream(values).max().orElseThrow();
        int buckets = min < max ? BUCKETS : 1;
        double width = (max - min) / buckets;
        double[] counts = new double[buckets];
        for (double value : values) {
            counts[width > 0 ? Math.min(buckets - 1, (int) ((value - min) / width)) : 0]++;
        }
        Proto histogram =
                Proto.of("HistogramProto")
                        .set("min", min)
                        .set("max", max)
                        .set("num", (double) values.length)
                        .set("sum", Arrays.stream(values).sum())
                        .set("sum_squares", Arrays.stream(values).map(v -> v * v).sum());
        for (int i = 0; i < buckets; i++) {
            histogram.add("bucket_limit", i == buckets - 1 ? max : min + (i + 1) * width);
            histogram.add("bucket", counts[i]);
        }
        return histogram;
    }
}
