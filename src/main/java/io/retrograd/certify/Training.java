package io.retrograd.certify;

import io.retrograd.backend.Backend;
import io.retrograd.data.Digits;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.train.Audit;
import io.retrograd.train.AuditResult;
import io.retrograd.train.Model;
import io.retrograd.train.StepResult;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** The part that trains digits, every step audited that the background thread has time for. */
record Training(Device device, Findings findings, Deadline deadline) {
    private static final int EPOCHS = 3;
    private static final int BATCH = 32;
    private static final double LEARNING_RATE = 2e-3;

    /** Steps by which the loss falls on every device. */
    private static final int FEW = 10;

    void run() {
        TrainTest data = Split.STRATIFIED.of(Digits.load(), /* seed= */ 1);
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) ->
                        findings.attempt(
                                "digits, " + EPOCHS + " epochs of " + data.train().size(),
                                () -> train(data, backend, share)));
    }

    private static Outcome train(TrainTest data, Backend backend, Deadline share) {
        try (Model model =
                Model.create(
                        DigitsNet.of(data.train().classes()),
                        data.train().sampleShape(),
                        backend,
                        /* seed= */ 1)) {
            Watcher watcher = new Watcher(share);
            Trainer trainer =
                    new Trainer(model, new CrossEntropy(), new Adam(LEARNING_RATE))
                            .epochs(EPOCHS)
                            .batch(BATCH)
                            .audit(Audit.every(1).warn())
                            .listener(watcher);
            trainer.fit(data.train());
            DoubleSupplier accuracy = () -> trainer.evaluate(data.test()).accuracy();
            return watcher.outcome(accuracy);
        }
    }

    /** Ends the training when its time is over, and keeps the audits. */
    private static final class Watcher implements TrainingListener {
        private final Deadline share;
        private final List<AuditResult> audits = new ArrayList<>();
        private double first = Double.NaN;
        private double last = Double.NaN;
        private int steps;

        Watcher(Deadline share) {
            this.share = share;
        }

        @Override
        public Next onStep(StepResult step) {
            first = steps == 0 ? step.loss() : first;
            last = step.loss();
            steps++;
            return share.over() && steps >= FEW ? Next.STOP : Next.CONTINUE;
        }

        @Override
        public void onAudit(AuditResult audit) {
            audits.add(audit);
        }

        Outcome outcome(DoubleSupplier accuracy) {
            List<String> wrong =
                    audits.stream()
                            .filter(audit -> !audit.passed())
                            .map(AuditResult::message)
                            .toList();
            if (!wrong.isEmpty()) {
                return Outcome.failed(String.join("; ", wrong));
            }
            String text =
                    String.format(
                            "%d steps, %d operations audited, loss %.3f to %.3f, %.1f %% of unseen"
                                    + " images right",
                            steps, audits.size(), first, last, 100 * accuracy.getAsDouble());
            return Outcome.same(last < first && !audits.isEmpty(), text);
        }
    }
}
