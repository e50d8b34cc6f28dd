package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Lion}. */
final class OneDnnLion extends OneDnnDescent {
    /** Twice this makes the smallest number above 0 larger than 1. */
    private static final float LARGE = 0x1p75f;

    private final UpdateRule.Lion spec;
    private float rate;

    /** 1 − lr·weightDecay */
    private float keep;

    OneDnnLion(Engine engine, UpdateRule.Lion spec, Selection parameters) {
        super(engine, parameters, /* eps= */ 1, /* decayed= */ false, "lion.mean");
        this.spec = spec;
    }

    @Override
    void begin(double lr, double t) {
        rate = (float) lr;
        keep = (float) (1 - lr * weightDecay());
    }

    @Override
    void descend(Room room, int n) {
        float[] m = room.slots[0];
        float old = (float) spec.beta1();
        float share = (float) (1 - spec.beta1());
        for (int i = 0; i < n; i++) {
            float c = old * m[i] + share * room.g[i];
            float sign = Math.max(-1, Math.min(1, c * LARGE * LARGE));
            room.w[i] = keep * room.w[i] - rate * sign;
        }
        average(m, spec.beta2(), room.g, n);
    }
}
