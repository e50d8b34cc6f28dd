package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.model.CnnBiGru;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code bench/soak}. */
@Command(
        name = "bench/soak",
        mixinStandardHelpOptions = true,
        description = {
            "Trains several networks for many steps, and opens, trains and closes many models, and"
                    + " looks at memory, open files and threads meanwhile. Exits 1 if any grows."
        })
public final class Soak implements Callable<Integer> {
    private static final int READINGS = 12;
    private static final int BATCH = 8;

    /** Uncounted, until the JVM has compiled what runs. */
    private static final double WARM_UP_SECONDS = 3;

    /** One a network of different operations, small enough for thousands of steps. */
    private static final List<Subject> SUBJECTS =
            List.of(
                    new Subject("MLP", Models.get("mlp").create(), Shape.of(1, 28, 28)),
                    new Subject("LeNet-5", Models.get("lenet5").create(), Shape.of(1, 28, 28)),
                    new Subject("residual, batch norm", residual(), Shape.of(3, 12, 12)),
                    new Subject("CNN-BiGRU", CnnBiGru.words(50, 3).network(), Shape.of(12)));

    private record Subject(String name, Layer network, Shape sample) {
        Training train(Backend backend) {
            return new Training(network, sample, BATCH, backend);
        }
    }

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Option(
            names = "--steps",
            defaultValue = "10000",
            description = "Of each network. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--models",
            defaultValue = "1000",
            description = "That are opened and closed. Default: ${DEFAULT-VALUE}.")
    private int models;

    @Option(
            names = "--mixed",
            paramLabel = "MINUTES",
            description = {
                "Do that long, in turn, all that a program does with a device instead: train,"
                        + " predict, check gradients, save and load, open and close devices and"
                        + " models, and what fails."
            })
    private double mixed;

    private boolean flat = true;

    private static Layer residual() {
        return new Sequential(
                new Conv2d(8, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new Residual(new Sequential(new Conv2d(8, 3).padding(1), new BatchNorm())),
                new GlobalAvgPool2d(),
                new Linear(10));
    }

    @Override
    public Integer call() throws IOException {
        if (steps < READINGS || models < READINGS) {
            throw new IllegalArgumentException(
                    "--steps, --models: expected "
                            + READINGS
                            + " or more, got "
                            + steps
                            + ", "
                            + models);
        }
        if (mixed > 0) {
            soakMixed();
            System.out.println(flat ? "flat" : "NOT FLAT");
            return flat ? 0 : 1;
        }
        try (Backend backend = device.open()) {
            for (Subject subject : SUBJECTS) {
                try (Training training = subject.train(backend)) {
                    soak(subject.name() + ", steps", steps, backend, i -> training.run());
                }
            }
            soak(
                    "models opened, trained for a step, closed",
                    models,
                    backend,
                    i -> {
                        try (Training training = SUBJECTS.get(i % SUBJECTS.size()).train(backend)) {
                            training.run();
                        }
                    });
        }
        System.out.println(flat ? "flat" : "NOT FLAT");
        return flat ? 0 : 1;
    }

    private void soakMixed() throws IOException {
        Deadline.Stopwatch watch = new Deadline.Stopwatch();
        try (MixedWork work = new MixedWork(device)) {
            List<Growth> growths = work.repeat(60 * mixed / READINGS, READINGS, () -> {});
            System.out.printf("mixed work: %,d rounds in %.1f s%n", work.rounds(), watch.seconds());
            for (Growth growth : growths) {
                System.out.println("  " + growth.text());
                flat &= growth.flat();
            }
        }
    }

    /** The repeated work. */
    private interface Work {
        void run(int i);
    }

    private void soak(String what, int times, Backend backend, Work work) throws IOException {
        Deadline.Stopwatch watch = new Deadline.Stopwatch();
        for (int i = 0; i < SUBJECTS.size() || watch.seconds() < WARM_UP_SECONDS; i++) {
            work.run(i);
        }
        List<Growth> growths = repeat(times, backend, work);
        if (!growths.stream().allMatch(Growth::flat)) {
            // What the JVM's compilers take comes and goes; a leak grows again.
            growths = repeat(times, backend, work);
        }
        System.out.printf("%s: %,d in %.1f s%n", what, times, watch.seconds());
        for (Growth growth : growths) {
            System.out.println("  " + growth.text());
            flat &= growth.flat();
        }
    }

    private static List<Growth> repeat(int times, Backend backend, Work work) throws IOException {
        boolean gpu = backend.name().startsWith("cuda");
        List<Footprint> readings = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            work.run(i);
            if ((i + 1) % (times / READINGS) == 0 && readings.size() < READINGS) {
                backend.synchronize();
                readings.add(Footprint.now(gpu));
            }
        }
        return Growth.all(readings);
    }

    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Soak());
        line.setExecutionExceptionHandler(
                (e, command, parsed) -> {
                    command.getErr().println("bench/soak: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
        System.exit(line.execute(args));
    }
}
