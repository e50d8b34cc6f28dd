package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Adamax}. */
final class OneDnnAdamax extends OneDnnDescent {
    private final UpdateRule.Adamax spec;

    /** lr / (1 − β₁ᵗ) */
    private float rate;

    OneDnnAdamax(Engine engine, UpdateRule.Adamax spec, Selection parameters) {
        super(engine, parameters, spec.eps(), /* decayed= */ true, "adamax.mean", "adamax.largest");
        this.spec = spec;
    }

    @Override
    void begin(double lr, double t) {
        rate = (float) (lr / (1 - Math.pow(spec.beta1(), t)));
    }

    @Override
    void descend(Room room, int n) {
        float[] m = room.slots[0];
        float[] u = room.slots[1];
        float keep = (float) spec.beta2();
        average(m, spec.beta1(), room.g, n);
        for (int i = 0; i < n; i++) {
            u[i] = Math.max(keep * u[i], Math.abs(room.g[i]) + room.eps[i]);
        }
        for (int i = 0; i < n; i++) {
            room.w[i] -= rate * m[i] / u[i];
        }
    }
}
