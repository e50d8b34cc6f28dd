package io.retrograd.train;

import io.retrograd.loss.JointLoss;
import io.retrograd.loss.LossSum;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model's last gradient passes, kept to be run again. */
final class GradientPasses {
    private static final int KEPT = 3;

    private final Model model;
    private final Map<Key, GradientPass> known = new LinkedHashMap<>(8, 0.75f, true);

    private record Key(@Nullable LossSum losses, int batch, GradientOptions options) {}

    GradientPasses(Model model) {
        this.model = model;
    }

    /**
     * The pass for as many samples as an input of so many values has.
     *
     * @param loss of all outputs; null to begin with the outputs
     */
    GradientPass of(@Nullable JointLoss loss, int count, GradientOptions options) {
        int batch = Predictors.samples("input", model.sampleShape(), count);
        Key key = new Key(loss == null ? null : LossSum.of(loss), batch, options);
        GradientPass pass = known.get(key);
        if (pass == null) {
            if (known.size() == KEPT) {
                known.remove(known.keySet().iterator().next()).close();
            }
            pass =
                    key.losses == null
                            ? new GradientPass(model, batch, options)
                            : new GradientPass(model, key.losses, batch, options);
            known.put(key, pass);
        }
        return pass;
    }

    void clear() {
        known.clear();
    }
}
