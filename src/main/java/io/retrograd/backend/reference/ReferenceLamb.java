package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.Arrays;
import java.util.stream.IntStream;

/** {@link UpdateRule.Lamb}. Java's sums of streams are right to a rounding or two. */
final class ReferenceLamb extends ReferenceDescent {
    private final UpdateRule.Lamb spec;

    ReferenceLamb(UpdateRule.Lamb spec, Selection parameters) {
        super(parameters, "lamb.mean", "lamb.square");
        this.spec = spec;
    }

    @Override
    void descend(
            double lr,
            double decay,
            double t,
            ReferenceTensor w,
            ReferenceTensor dw,
            ReferenceTensor[] memory) {
        ReferenceTensor m = memory[0];
        ReferenceTensor v = memory[1];
        double[] u = new double[w.size()];
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i);
            m.set(i, spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            v.set(i, spec.beta2() * v.get(i) + (1 - spec.beta2()) * g * g);
            double mean = m.get(i) / (1 - Math.pow(spec.beta1(), t));
            double root = Math.sqrt(v.get(i) / (1 - Math.pow(spec.beta2(), t)));
            u[i] = mean / (root + spec.eps()) + decay * w.get(i);
        }
        double ofWeight = IntStream.range(0, w.size()).mapToDouble(w::get).map(x -> x * x).sum();
        double ofUpdate = Arrays.stream(u).map(x -> x * x).sum();
        double trust = ofWeight == 0 || ofUpdate == 0 ? 1 : Math.sqrt(ofWeight / ofUpdate);
        for (int i = 0; i < w.size(); i++) {
            w.add(i, -lr * trust * u[i]);
        }
    }
}
