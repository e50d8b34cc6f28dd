package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Muon}. */
final class OneDnnMuon extends OneDnnDescent {
    private static final int MOMENTUM = 0;
    private static final int DIRECTION = 1;

    private final UpdateRule.Muon spec;
    private final Orthogonalization matrices;

    /** By chunk, Σ u². */
    private final double[] squares = new double[chunks()];

    private float rate;

    /** 1 − lr·weightDecay */
    private float keep;

    OneDnnMuon(Engine engine, UpdateRule.Muon spec, Selection parameters) {
        super(
                engine,
                parameters,
                /* eps= */ 1,
                /* decayed= */ false,
                "muon.momentum",
                "muon.direction");
        this.spec = spec;
        OneDnnTensor[] directions = new OneDnnTensor[parameters()];
        for (int k = 0; k < directions.length; k++) {
            directions[k] = slot(k, DIRECTION);
        }
        matrices = new Orthogonalization(engine, spec.steps(), directions);
    }

    @Override
    void begin(double lr, double t) {
        rate = (float) lr;
        keep = (float) (1 - lr * weightDecay());
    }

    @Override
    void descend(Room room, int n) {
        float[] m = room.slots[MOMENTUM];
        float[] u = room.slots[DIRECTION];
        average(m, spec.momentum(), room.g, n);
        float ofMean = spec.nesterov() ? (float) spec.momentum() : 1;
        float ofGradient = spec.nesterov() ? (float) (1 - spec.momentum()) : 0;
        for (int i = 0; i < n; i++) {
            u[i] = ofMean * m[i] + ofGradient * room.g[i];
        }
        squares[room.chunk] = squares(u, n);
    }

    @Override
    boolean pause() {
        for (int k = 0, chunk = 0; k < parameters(); k++) {
            double sum = 0;
            for (; chunk < squares.length && parameterOf(chunk) == k; chunk++) {
                sum += squares[chunk];
            }
            double norm = Math.sqrt(sum);
            matrices.run(k, norm < UpdateRule.Muon.EPS ? UpdateRule.Muon.EPS : norm);
        }
        return true;
    }

    @Override
    void resume(Room room, int n) {
        float[] x = room.slots[DIRECTION];
        for (int i = 0; i < n; i++) {
            room.w[i] = keep * room.w[i] - rate * x[i];
        }
    }
}
