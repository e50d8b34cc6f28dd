package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.NAdam}. */
final class OneDnnNAdam extends OneDnnDescent {
    private final UpdateRule.NAdam spec;

    /** The step that {@link #product} is of, and Π of it. */
    private double last;

    private double product = 1;

    /** What g, m and √v count. */
    private float ofGradient;

    private float ofMean;
    private float ofRoot;

    /** 1 − lr·weightDecay */
    private float keep;

    OneDnnNAdam(Engine engine, UpdateRule.NAdam spec, Selection parameters) {
        super(
                engine,
                parameters,
                spec.eps(),
                /* decayed= */ !spec.decoupled(),
                "nadam.mean",
                "nadam.square");
        this.spec = spec;
    }

    @Override
    void begin(double lr, double t) {
        if (t != last + 1) {
            product = 1;
            for (int i = 1; i < t && product > 0; i++) {
                product *= momentum(i);
            }
        }
        last = t;
        product *= momentum(t);
        double next = momentum(t + 1);
        ofGradient = (float) (lr * (1 - momentum(t)) / (1 - product));
        ofMean = (float) (lr * next / (1 - product * next));
        ofRoot = (float) (1 / Math.sqrt(1 - Math.pow(spec.beta2(), t)));
        keep = (float) (spec.decoupled() ? 1 - lr * weightDecay() : 1);
    }

    @Override
    void descend(Room room, int n) {
        float[] m = room.slots[0];
        float[] v = room.slots[1];
        average(m, spec.beta1(), room.g, n);
        averageSquare(v, spec.beta2(), room.g, n);
        for (int i = 0; i < n; i++) {
            float root = (float) Math.sqrt(v[i]) * ofRoot + room.eps[i];
            room.w[i] = keep * room.w[i] - (ofGradient * room.g[i] + ofMean * m[i]) / root;
        }
    }

    /** μ of a step. */
    private double momentum(double step) {
        return spec.beta1() * (1 - 0.5 * Math.pow(0.96, step * spec.momentumDecay()));
    }
}
