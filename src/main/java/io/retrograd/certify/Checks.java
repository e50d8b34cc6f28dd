package io.retrograd.certify;

import io.retrograd.backend.Backend;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientFailure;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Parts that hold a device against the reference and against finite differences. */
record Checks(Device device, Findings findings, Deadline deadline) {
    /** From which the networks' seeds are drawn, so that every certificate begins alike. */
    private static final long SEED = 2024;

    private static final int MOST_NETWORKS = 500;
    private static final List<String> NETWORKS = List.of("mlp", "digits", "lenet5");
    private static final int BATCH = 4;

    private record Named(String name, GradientCheck check) {}

    /** Random networks: every output and gradient as on the reference. */
    void conformance() {
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    SplittableRandom seeds = new SplittableRandom(SEED);
                    for (int i = 0; i < MOST_NETWORKS; i++) {
                        if (i > 0 && findings.ended(share, "more random networks")) {
                            return;
                        }
                        long seed = seeds.nextInt(Integer.MAX_VALUE);
                        RandomNetworks.Drawn drawn = RandomNetworks.of(seed);
                        GradientCheck check =
                                GradientCheck.of(drawn.network(), drawn.input())
                                        .seed(seed)
                                        .againstReference();
                        findings.attempt(drawn.text(), seed, () -> outcome(check, backend));
                    }
                });
    }

    /** Every layer, every loss, small networks. */
    void gradients() {
        List<Named> all = all();
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    for (int i = 0; i < all.size(); i++) {
                        String rest = all.size() - i + " of " + all.size() + " checks";
                        if (i > 0 && findings.ended(share, rest)) {
                            return;
                        }
                        Named each = all.get(i);
                        findings.attempt(each.name, () -> outcome(each.check, backend));
                    }
                });
    }

    private static List<Named> all() {
        List<Named> all = new ArrayList<>();
        for (LayerCatalogue.Entry entry : LayerCatalogue.entries()) {
            for (GradientCheck check : entry.checks()) {
                all.add(new Named(entry.name() + entry.inputShape(), check));
            }
        }
        for (String name : NETWORKS) {
            Models.Entry model = Models.get(name);
            all.add(
                    new Named(
                            name + model.checkShape().batch(BATCH),
                            GradientCheck.of(model.create(), model.checkShape().batch(BATCH))
                                    .loss(new CrossEntropy())
                                    .coordinates(1)));
        }
        return all;
    }

    private static Outcome outcome(GradientCheck check, Backend backend) {
        GradientReport report = check.on(backend).run();
        double error = report.worst().map(GradientReport.Row::relativeError).orElse(0.0);
        return Outcome.of(
                !report.refuted(),
                error,
                report.failures().stream()
                        .map(GradientFailure::message)
                        .collect(Collectors.joining("; ")));
    }
}
