package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.RAdam}. */
final class OneDnnRAdam extends OneDnnDescent {
    /** The length ρ of the mean above which its variance is known. */
    private static final double RECTIFIED = 5;

    private final UpdateRule.RAdam spec;

    /** lr / (1 − β₁ᵗ), times r·√(1 − β₂ᵗ) where rectified */
    private float rate;

    private boolean rectified;

    /** 1 − lr·weightDecay */
    private float keep;

    OneDnnRAdam(Engine engine, UpdateRule.RAdam spec, Selection parameters) {
        super(
                engine,
                parameters,
                spec.eps(),
                /* decayed= */ !spec.decoupled(),
                "radam.mean",
                "radam.square");
        this.spec = spec;
    }

    @Override
    void begin(double lr, double t) {
        double power = Math.pow(spec.beta2(), t);
        double limit = 2 / (1 - spec.beta2()) - 1;
        double length = limit - 2 * t * power / (1 - power);
        double step = lr / (1 - Math.pow(spec.beta1(), t));
        rectified = length > RECTIFIED;
        if (rectified) {
            double variance = (length - 4) * (length - 2) * limit;
            step *= Math.sqrt(variance / ((limit - 4) * (limit - 2) * length) * (1 - power));
        }
        rate = (float) step;
        keep = (float) (spec.decoupled() ? 1 - lr * weightDecay() : 1);
    }

    @Override
    void descend(Room room, int n) {
        float[] m = room.slots[0];
        float[] v = room.slots[1];
        average(m, spec.beta1(), room.g, n);
        averageSquare(v, spec.beta2(), room.g, n);
        for (int i = 0; i < n; i++) {
            room.w[i] *= keep;
        }
        if (!rectified) {
            addScaled(room.w, -rate, m, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            room.w[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + room.eps[i]);
        }
    }
}
