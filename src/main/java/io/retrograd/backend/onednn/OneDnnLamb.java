package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Lamb}. */
final class OneDnnLamb extends OneDnnDescent {
    private final UpdateRule.Lamb spec;

    /** By chunk, Σ w² and Σ u². */
    private final double[] ofWeight = new double[chunks()];

    private final double[] ofUpdate = new double[chunks()];

    /** By parameter, −lr·‖w‖ / ‖u‖. */
    private final float[] rates = new float[parameters()];

    private double rate;

    /** 1 / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ) */
    private float ofMean;

    private float ofRoot;

    OneDnnLamb(Engine engine, UpdateRule.Lamb spec, Selection parameters) {
        super(engine, parameters, spec.eps(), /* decayed= */ false, "lamb.mean", "lamb.square");
        this.spec = spec;
    }

    @Override
    void begin(double lr, double t) {
        rate = lr;
        ofMean = (float) (1 / (1 - Math.pow(spec.beta1(), t)));
        ofRoot = (float) (1 / Math.sqrt(1 - Math.pow(spec.beta2(), t)));
    }

    @Override
    void descend(Room room, int n) {
        average(room.slots[0], spec.beta1(), room.g, n);
        averageSquare(room.slots[1], spec.beta2(), room.g, n);
        update(room, n);
        ofWeight[room.chunk] = squares(room.w, n);
        ofUpdate[room.chunk] = squares(room.g, n);
    }

    /** Puts u in the place of g. */
    private void update(Room room, int n) {
        float[] m = room.slots[0];
        float[] v = room.slots[1];
        float decay = (float) weightDecay();
        for (int i = 0; i < n; i++) {
            float root = (float) Math.sqrt(v[i]) * ofRoot + room.eps[i];
            room.g[i] = ofMean * m[i] / root + decay * room.w[i];
        }
    }

    @Override
    boolean pause() {
        for (int k = 0, chunk = 0; k < rates.length; k++) {
            double weight = 0;
            double update = 0;
            for (; chunk < ofWeight.length && parameterOf(chunk) == k; chunk++) {
                weight += ofWeight[chunk];
                update += ofUpdate[chunk];
            }
            double trust = weight == 0 || update == 0 ? 1 : Math.sqrt(weight / update);
            rates[k] = (float) (-rate * trust);
        }
        return true;
    }

    @Override
    void resume(Room room, int n) {
        update(room, n);
        addScaled(room.w, rates[parameterOf(room.chunk)], room.g, n);
    }
}
