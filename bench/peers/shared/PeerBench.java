import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The common part of the peers in Java: the options, the data, the clock and the JSON object of
 * {@code retrograd bench}.
 */
final class PeerBench {
    static final float LEARNING_RATE = 0.01f;
    static final float MOMENTUM = 0.9f;
    static final int BATCHES = 2;

    private static final int WARM_UP_STEPS = 2;
    private static final double WARM_UP_SHARE = 0.1;
    private static final double NANOS = 1e9;

    final Work work;
    final int batch;
    final int threads;
    private final int burst;
    private final double seconds;

    /** The shape of an image, channels first, and the images a step unless the user says. */
    enum Work {
        mlp(64, 10, 1, 28, 28),
        lenet5(64, 10, 1, 28, 28),
        smallcnn(128, 10, 3, 32, 32),
        resnet18(64, 10, 3, 32, 32),
        resnet50(8, 1000, 3, 224, 224);

        final int batch;
        final int classes;
        final int[] image;

        Work(int batch, int classes, int... image) {
            this.batch = batch;
            this.classes = classes;
            this.image = image;
        }

        int pixels() {
            return image[0] * image[1] * image[2];
        }
    }

    /** One training step on one of the batches; returns the loss if requested. */
    interface Step {
        double run(int batch, boolean wantLoss);
    }

    PeerBench(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        work = work(options.getOrDefault("--net", ""));
        require("--precision", options.getOrDefault("--precision", "float32"), "float32");
        batch = Integer.parseInt(options.getOrDefault("--batch", String.valueOf(work.batch)));
        burst = Integer.parseInt(options.getOrDefault("--burst", "1"));
        seconds = Double.parseDouble(options.getOrDefault("--seconds", "10"));
        int asked = Integer.parseInt(options.getOrDefault("--threads", "0"));
        threads = asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
    }

    private static Work work(String net) {
        return Arrays.stream(Work.values())
                .filter(known -> known.name().equals(net))
                .findFirst()
                .orElseGet(
                        () -> {
                            throw absent("the network " + net + " is not written for this peer");
                        });
    }

    private static void require(String option, String value, String wanted) {
        if (!value.equals(wanted)) {
            throw absent(option + ": expected " + wanted + ", got " + value);
        }
    }

    /** Ends the process with the reason in one line. */
    static IllegalArgumentException absent(String reason) {
        System.err.println(reason);
        System.exit(2);
        return new IllegalArgumentException(reason);
    }

    /** Standard normal images, one behind the other. */
    float[] images(int number) {
        SplittableRandom random = new SplittableRandom(number);
        float[] x = new float[batch * work.pixels()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** Uniform labels. */
    int[] labels(int number) {
        return new SplittableRandom(-number).ints(batch, 0, work.classes).toArray();
    }

    /** Warms up, times, and prints the result. */
    void run(String engine, Step step) {
        step.run(0, true);
        double first =
                (System.currentTimeMillis()
                                - java.lang.management.ManagementFactory.getRuntimeMXBean()
                                        .getStartTime())
                        / 1e3;
        long begin = System.nanoTime();
        int count = 1;
        for (int i = 0; i < WARM_UP_STEPS || since(begin) < WARM_UP_SHARE * seconds; i++) {
            step.run(count++ % BATCHES, false);
        }
        double[] times = new double[1 << 20];
        int timed = 0;
        do {
            long before = System.nanoTime();
            for (int i = 0; i < burst; i++) {
                step.run(count++ % BATCHES, false);
            }
            times[timed++] = since(before) / burst;
        } while (since(begin) < seconds);
        double loss = step.run(count % BATCHES, true);
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("expected a finite loss, got " + loss);
        }
        print(engine, Arrays.copyOf(times, timed), first, loss);
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / NANOS;
    }

    private void print(String engine, double[] times, double first, double loss) {
        Arrays.sort(times);
        double median =
                times.length % 2 == 1
                        ? times[times.length / 2]
                        : (times[times.length / 2 - 1] + times[times.length / 2]) / 2;
        System.out.printf(
                Locale.ROOT,
                "{\"net\": \"%s\", \"engine\": \"%s\", \"batch\": %d, \"device\": \"cpu\","
                        + " \"precision\": \"float32\", \"burst\": %d, \"threads\": %d,"
                        + " \"images_per_second\": %.3f, \"step_ms\": {\"min\": %.6f, \"median\":"
                        + " %.6f, \"max\": %.6f}, \"peak_rss_mb\": %s, \"first_step_s\": %.3f,"
                        + " \"loss\": %s}%n",
                work.name(),
                engine,
                batch,
                burst,
                threads,
                batch / median,
                1e3 * times[0],
                1e3 * median,
                1e3 * times[times.length - 1],
                peakMib(),
                first,
                loss);
    }

    private static String peakMib() {
        try {
            return Files.readString(Path.of("/proc/self/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .map(kib -> String.valueOf(Long.parseLong(kib) / 1024.0))
                    .findFirst()
                    .orElse("null");
        } catch (IOException e) {
            return "null";
        }
    }
}
