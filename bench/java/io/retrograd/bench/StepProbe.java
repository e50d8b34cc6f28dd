package io.retrograd.bench;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.explain.Summary;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Training steps of a network: their time, the Java heap that each allocates, planned memory. */
@Command(name = "step")
final class StepProbe implements Callable<Integer> {
    private static final int WARM_UP_STEPS = 5;

    /** So that the median is of ours: now and then the JVM allocates some of its own. */
    private static final int LEAST_STEPS = 9;

    private static final double NANOS = 1e9;
    private static final double MILLI = 1e-6;
    private static final int CLASSES = 10;
    private static final Shape DEEP_SAMPLE = Shape.of(16, 16, 16);

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Option(names = "--model", description = "One of 'retrograd summary'.")
    private @Nullable String name;

    @Option(names = "--depth", description = "Instead: so many 3x3 convolutions of 16 channels.")
    private int depth;

    @Option(names = "--batch", required = true)
    private int batch;

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Override
    public Integer call() {
        Layer network = name == null ? deep(depth) : Models.get(name).create();
        Shape sample = name == null ? DEEP_SAMPLE : Models.get(name).sampleShape();
        Map<String, Object> found = new LinkedHashMap<>();
        try (Backend backend = device.open();
                Training training = new Training(network, sample, batch, backend)) {
            time(training::run, found);
            Summary summary = Summary.of(network, sample.batch(batch), backend);
            found.put("parameters", summary.parameters());
            found.put("training_mb", summary.trainingBytes() / 1048576.0);
        }
        Probe.print(found);
        return 0;
    }

    /** A network whose depth alone can be chosen. */
    static Layer deep(int depth) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(new Conv2d(16, 3).padding(1));
            layers.add(new Relu());
        }
        layers.add(new GlobalAvgPool2d());
        layers.add(new Linear(CLASSES));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    private void time(Runnable step, Map<String, Object> found) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP_STEPS; i++) {
            step.run();
        }
        List<Double> millis = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * NANOS);
        do {
            long heap = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            step.run();
            long nanos = System.nanoTime() - begin;
            bytes.add((double) (threads.getCurrentThreadAllocatedBytes() - heap));
            millis.add(nanos * MILLI);
        } while (System.nanoTime() < end || millis.size() < LEAST_STEPS);
        found.put("steps", millis.size());
        found.put("step_ms", Stats.median(millis));
        found.put("heap_bytes_per_step", Stats.median(bytes));
    }
}
