package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.data.RandomBatches;
import io.retrograd.host.PeakMemory;
import io.retrograd.layer.TokenIds;
import io.retrograd.optim.Sgd;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** Training steps of one network on random batches, timed. */
record BenchRun(BenchNet net, Backend backend, String precision, int threads) {
    private static final double LEARNING_RATE = 0.01;
    private static final double MOMENTUM = 0.9;
    private static final double MILLIS_PER_SECOND = 1e3;

    /**
     * Times steps.
     *
     * @param images a step
     * @param burst steps that are waited for at once
     * @param seconds from the end of the first step
     */
    BenchResult measure(int images, int burst, double seconds) {
        try (Model model = Model.create(net.network(), net.sampleShape(), backend, /* seed= */ 1);
                TrainStep step =
                        new TrainStep(
                                model,
                                net.loss(),
                                new Sgd(LEARNING_RATE).momentum(MOMENTUM),
                                images)) {
            TokenIds tokens = model.network().tokenIds();
            int labels = net.target() == BenchNet.Target.CLASS ? 1 : positions();
            RandomBatches batches =
                    new RandomBatches(net.sampleShape(), tokens, images, labels, net.classes());
            IntConsumer finish =
                    count -> {
                        for (int i = 0; i < count; i++) {
                            run(step, batches, model.steps());
                        }
                        backend.synchronize();
                    };
            finish.accept(1);
            long firstStepEnd = System.currentTimeMillis();
            StepTimes times =
                    StepTimes.measure(() -> finish.accept(burst), seconds, System::nanoTime)
                            .dividedBy(burst);
            double loss = step.loss();
            requireFinite(loss, model.steps());
            HostWork host = HostWork.measure(backend, () -> run(step, batches, model.steps()));
            return new BenchResult(
                    net.name(),
                    net.model(),
                    images,
                    backend.name(),
                    precision,
                    threads,
                    burst,
                    times,
                    PeakMemory.mib(PeakMemory.OWN_STATUS),
                    sinceStart(firstStepEnd),
                    host,
                    loss);
        }
    }

    private void run(TrainStep step, RandomBatches batches, long number) {
        double[] images = batches.images(number);
        if (net.target() == BenchNet.Target.ITSELF) {
            step.run(images, images);
        } else {
            step.run(images, batches.labels(number));
        }
    }

    /** Pixels of an image. */
    private int positions() {
        return Math.toIntExact(net.sampleShape().tail(1).size());
    }

    /**
     * Seconds from the JVM's start. Its own record, as that of the operating system is exact to a
     * second only on Linux; asked late, as asking loads classes.
     */
    private static double sinceStart(long millis) {
        return (millis - ManagementFactory.getRuntimeMXBean().getStartTime()) / MILLIS_PER_SECOND;
    }

    private static void requireFinite(double loss, long steps) {
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException(
                    String.format(
                            "bench: expected a finite loss after %d steps, got %s, so the times"
                                    + " would say nothing; try fewer --seconds or another"
                                    + " --precision",
                            steps, loss));
        }
    }
}
