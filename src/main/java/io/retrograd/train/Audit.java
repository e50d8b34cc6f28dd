package io.retrograd.train;

import io.retrograd.tensor.Checks;

/**
 * Options for checking gradients while a network trains.
 *
 * <p>In the first step, and then every {@code every} steps, one operation, drawn at random, has
 * what it reads and writes in both passes copied out, and a thread in the background computes the
 * same on the float64 reference. A difference that the precision's rounding does not explain is
 * told by operation, tensor and index. So a bad algorithm, a bad kernel or a bad card is found
 * while it trains.
 *
 * <p>Training is not changed by it: an audited step gives the same bits. It costs the copies, and
 * on a GPU that the step is enqueued piece by piece. While the thread still computes, no other step
 * is audited.
 *
 * @param every steps from one audit to the next, at least 1
 * @param share the share of the time that the thread may compute, above 0 and at most 1: what it
 *     took longer postpones the next audit
 * @param stops whether training ends, with an {@link AuditException}, where one fails; if not, only
 *     {@link TrainingListener#onAudit} is called
 */
public record Audit(int every, double share, boolean stops) {
    private static final int SPARING_STEPS = 1000;
    private static final double SPARING_SHARE = 0.01;

    public Audit {
        Checks.atLeast("Audit", "every", 1, every);
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "Audit: share must be above 0 and at most 1, got " + share);
        }
    }

    /** Audits one step in {@code steps}; an audit that fails ends training. */
    public static Audit every(int steps) {
        return new Audit(steps, /* share= */ 1, /* stops= */ true);
    }

    /** The same every 1000 steps, but for at most 1 % of the time. */
    public static Audit sparing() {
        return new Audit(SPARING_STEPS, SPARING_SHARE, /* stops= */ true);
    }

    /** The same audit, after whose failures training continues. */
    public Audit warn() {
        return new Audit(every, share, /* stops= */ false);
    }
}
