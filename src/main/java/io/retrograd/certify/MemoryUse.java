package io.retrograd.certify;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.host.PeakMemory;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.OptionalDouble;

/** Parts about the device's memory: that the estimate holds, and that nothing stays behind. */
record MemoryUse(Device device, Findings findings, Deadline deadline) {
    private static final int OPENINGS = 20;

    /** After which caches and libraries have what they keep. */
    private static final int WARM_UP = 5;

    private static final Shape SEQUENCES = Shape.of(3, 5, 4);
    private static final int UNITS = 6;
    private static final int RECORDINGS = 6;
    private static final int REPLAYS = 6;

    /** What may be lost in all openings together: pages, and what other programs take meanwhile. */
    private static final double MOST_LOST_MIB = 64;

    /** For each network, to train and to infer: what was estimated and what was committed. */
    void estimate() {
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    for (Subject subject : Subject.all()) {
                        boolean first = subject.equals(Subject.all().get(0));
                        if (!first && findings.ended(share, subject.text() + " and larger ones")) {
                            return;
                        }
                        findings.attempt(
                                subject.text() + " training",
                                () -> compare(subject, BindOptions.train(), backend));
                        findings.attempt(
                                subject.text() + " inference",
                                () -> compare(subject, BindOptions.infer(), backend));
                    }
                });
    }

    private static Outcome compare(Subject subject, BindOptions options, Backend backend) {
        long estimated;
        try (Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            estimated = bound(subject, options, parameters).estimate().memoryUse().arena();
        }
        try (Parameters parameters = new Parameters(backend, /* seed= */ 1);
                Binding binding = bound(subject, options, parameters).commit()) {
            long committed = binding.memoryUse().arena();
            return Outcome.same(
                    estimated == committed,
                    String.format("estimated %,d bytes, committed %,d", estimated, committed));
        }
    }

    private static Binder bound(Subject subject, BindOptions options, Parameters parameters) {
        Binder binder = new Binder(parameters, options);
        Layer network = subject.model().create();
        Tensor x = network.input(binder, subject.sample().batch(subject.batch()));
        binder.keep(network.bind(binder, x));
        return binder;
    }

    /** Opens the device, trains a step and closes it, again and again. */
    void leak() {
        Subject subject = Subject.all().get(0);
        String what = "opened and closed " + OPENINGS + " times, training " + subject.text();
        if (!device.cuda() && resident().isEmpty()) {
            findings.notRun(what, "this system does not tell the memory of a process");
            return;
        }
        findings.attempt(what, () -> leak(subject));
        if (device.cuda()) {
            findings.attempt(
                    "GRU" + SEQUENCES + " recorded " + RECORDINGS + " times, each replayed",
                    this::recorded);
        }
    }

    /**
     * A recurrent layer of cuDNN's has a cuBLAS of its own, which may allocate where it is
     * recorded.
     */
    private Outcome recorded() {
        double first = 0;
        double last = 0;
        try (Backend backend = device.open()) {
            for (int i = 0; i <= RECORDINGS; i++) {
                try (Model model =
                                Model.create(
                                        new Sequential(
                                                new Gru(UNITS), new Flatten(), new Linear(2)),
                                        SEQUENCES.tail(1),
                                        backend,
                                        /* seed= */ 1);
                        TrainStep step =
                                new TrainStep(
                                        model, new MseLoss(), new Sgd(0.1), SEQUENCES.dim(0))) {
                    double[] x = new double[(int) SEQUENCES.size()];
                    double[] target = new double[2 * SEQUENCES.dim(0)];
                    for (int run = 0; run < REPLAYS; run++) {
                        step.run(x, target);
                    }
                    backend.synchronize();
                    last = -backend.memory().available() / PeakMemory.MIB;
                }
                first = i == 0 ? last : first;
            }
        }
        return flat(last - first, RECORDINGS + " recordings");
    }

    private static Outcome flat(double more, String after) {
        return Outcome.same(
                more <= MOST_LOST_MIB,
                String.format(
                        "%.0f MiB more after %s; at most %.0f are allowed",
                        more, after, MOST_LOST_MIB));
    }

    private Outcome leak(Subject subject) {
        double first = 0;
        double last = 0;
        for (int i = 0; i < WARM_UP + OPENINGS; i++) {
            last = usedMib(subject);
            first = i < WARM_UP ? last : first;
        }
        return flat(last - first, OPENINGS + " openings");
    }

    /** Memory in use where the device has just been opened: a GPU's, or this process's. */
    private double usedMib(Subject subject) {
        try (Backend backend = device.open()) {
            System.gc();
            double used =
                    device.cuda()
                            ? -backend.memory().available() / PeakMemory.MIB
                            : resident().orElseThrow();
            subject.train(backend, /* steps= */ 1, /* eager= */ true);
            return used;
        }
    }

    private static OptionalDouble resident() {
        return PeakMemory.residentMib(PeakMemory.OWN_STATUS);
    }
}
