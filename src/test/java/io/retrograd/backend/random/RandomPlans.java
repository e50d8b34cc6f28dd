package io.retrograd.backend.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/**
 * Random plans from the command line, through {@code src/test/random-plans}.
 *
 * <pre>
 *   --seconds N    how long to draw cases, by default 60
 *   --seed N       what draws them, by default another each time
 *   --case N       runs this case alone
 *   --on TARGET    on this alone, one of {@link PlanTarget}
 * </pre>
 *
 * <p>Ends with 1 if a case fails.
 */
public final class RandomPlans {
    private int seconds = 60;
    private long seed = new SecureRandom().nextLong();
    private boolean single;
    private List<PlanTarget> targets = List.of(PlanTarget.values());

    private RandomPlans(String[] arguments) {
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("a value for each option");
        }
        for (int i = 0; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--case" -> {
                    seed = Long.parseLong(value);
                    single = true;
                }
                case "--on" -> targets = List.of(PlanTarget.valueOf(value));
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        RandomPlans plans;
        try {
            plans = new RandomPlans(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(
                    "random-plans: expected [--seconds N] [--seed N | --case N] [--on TARGET]: "
                            + e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(plans.run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("random-plans");
        Campaign campaign = new Campaign(folder, List.of());
        if (single) {
            targets.forEach(target -> campaign.single(seed, target));
        } else {
            System.out.printf("random plans: --seed %d, %d seconds%n", seed, seconds);
            campaign.random(seed, seconds, targets);
        }
        PlanProcess.Told told = campaign.run();
        told.failures().forEach(System.out::println);
        System.out.printf(
                "random plans: %s, %d failures%s%n",
                single ? "case " + seed : told.count() + " cases",
                told.failures().size(),
                told.failures().isEmpty() ? "" : "; files in " + folder);
        return told.failures().isEmpty();
    }
}
