package io.retrograd.certify;

import io.retrograd.backend.Backend;
import java.util.List;
import java.util.Map;

/** Parts that do the same twice and want the same bits. */
record Repeats(Device device, Findings findings, Deadline deadline) {
    /** A GPU records the third and replays it from there on. */
    private static final int STEPS = 5;

    /** How much longer than the last one the next may take. */
    private static final int GROWTH = 20;

    @FunctionalInterface
    private interface Twice {
        Outcome run(Subject subject, String precision);
    }

    /** Trains twice, each time with the device newly opened. */
    void determinism() {
        each(
                (subject, precision) -> {
                    Map<String, double[]> first = train(subject, precision, /* eager= */ false);
                    Map<String, double[]> second = train(subject, precision, /* eager= */ false);
                    return outcome(Subject.difference(first, second));
                });
    }

    /** Trains with recorded steps, and with steps that are enqueued piece by piece. */
    void capture() {
        each(
                (subject, precision) -> {
                    Map<String, double[]> eager = train(subject, precision, /* eager= */ true);
                    Map<String, double[]> recorded = train(subject, precision, /* eager= */ false);
                    return outcome(Subject.difference(eager, recorded));
                });
    }

    private Map<String, double[]> train(Subject subject, String precision, boolean eager) {
        try (Backend backend = device.open(precision, /* deterministic= */ true)) {
            return subject.train(backend, STEPS, eager);
        }
    }

    private static Outcome outcome(String difference) {
        return Outcome.same(
                difference.isEmpty(),
                difference.isEmpty() ? STEPS + " steps, the same bits" : difference);
    }

    private void each(Twice twice) {
        List<Subject> all = Subject.all();
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    String precision = findings.precision();
                    double last = 0;
                    for (int i = 0; i < all.size(); i++) {
                        Subject subject = all.get(i);
                        String rest = subject.text() + " and larger ones";
                        if (i > 0 && findings.ended(share, rest)) {
                            return;
                        }
                        if (i >= Subject.small() && share.left() < GROWTH * last) {
                            findings.notRun(rest, "they would take too long here");
                            return;
                        }
                        double before = share.left();
                        findings.attempt(subject.text(), () -> twice.run(subject, precision));
                        last = before - share.left();
                    }
                });
    }
}
