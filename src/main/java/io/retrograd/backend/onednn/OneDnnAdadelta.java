package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Adadelta}. */
final class OneDnnAdadelta extends OneDnnDescent {
    private final UpdateRule.Adadelta spec;
    private float rate;

    OneDnnAdadelta(Engine engine, UpdateRule.Adadelta spec, Selection parameters) {
        super(
                engine,
                parameters,
                spec.eps(),
                /* decayed= */ true,
                "adadelta.square",
                "adadelta.change");
        this.spec = spec;
    }

    @Override
    void begin(double lr, double t) {
        rate = (float) lr;
    }

    @Override
    void descend(Room room, int n) {
        float[] s = room.slots[0];
        float[] a = room.slots[1];
        float[] d = room.g;
        averageSquare(s, spec.rho(), room.g, n);
        for (int i = 0; i < n; i++) {
            d[i] *= (float) Math.sqrt(a[i] + room.eps[i]) / (float) Math.sqrt(s[i] + room.eps[i]);
        }
        averageSquare(a, spec.rho(), d, n);
        addScaled(room.w, -rate, d, n);
    }
}
