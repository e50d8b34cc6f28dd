package io.retrograd.backend;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those of a model's parameters that an update changes, in the model's order, each with a factor of
 * the learning rate and a weight decay of its own.
 */
public final class Selection {
    private final Parameters parameters;
    private final Map<Tensor, Treatment> treatments;

    /**
     * How an optimizer treats a parameter.
     *
     * @param rate the factor of the learning rate, at least 0
     * @param weightDecay as in the optimizer's rule, at least 0
     */
    public record Treatment(double rate, double weightDecay) {
        public Treatment {
            Checks.notNegative("Selection", "learning rate factor", rate);
            Checks.notNegative("Selection", "weight decay", weightDecay);
        }
    }

    private Selection(Parameters parameters, Map<Tensor, Treatment> treatments) {
        this.parameters = parameters;
        this.treatments = treatments;
    }

    /** All parameters, with this weight decay. */
    public static Selection all(Parameters parameters, double weightDecay) {
        Treatment same = new Treatment(/* rate= */ 1, weightDecay);
        Map<Tensor, Treatment> treatments = new LinkedHashMap<>();
        parameters.tensors().forEach(w -> treatments.put(w, same));
        return new Selection(parameters, treatments);
    }

    /**
     * The same with other treatments.
     *
     * @param change a parameter's treatment, from the one that it has; null to leave it out
     */
    public Selection with(BiFunction<Tensor, Treatment, @Nullable Treatment> change) {
        Map<Tensor, Treatment> changed = new LinkedHashMap<>();
        treatments.forEach(
                (w, treatment) -> {
                    Treatment other = change.apply(w, treatment);
                    if (other != null) {
                        changed.put(w, other);
                    }
                });
        return new Selection(parameters, changed);
    }

    /** Those that fulfil a condition. */
    public Selection where(Predicate<Tensor> condition) {
        return with((w, treatment) -> condition.test(w) ? treatment : null);
    }

    /** The same, all treated alike: for updates that no treatment concerns. */
    Selection untreated() {
        return with((w, treatment) -> new Treatment(/* rate= */ 1, /* weightDecay= */ 0));
    }

    /** They, divided by treatment; this one where all have the same, or there are none. */
    public List<Selection> uniform() {
        Map<Treatment, Selection> parts = new LinkedHashMap<>();
        treatments.forEach(
                (w, treatment) ->
                        parts.computeIfAbsent(
                                        treatment,
                                        it -> new Selection(parameters, new LinkedHashMap<>()))
                                .treatments
                                .put(w, treatment));
        return parts.size() < 2 ? List.of(this) : List.copyOf(parts.values());
    }

    /**
     * The treatment that all of them have.
     *
     * @throws IllegalStateException if they have several
     */
    public Treatment treatment() {
        List<Treatment> different = treatments.values().stream().distinct().toList();
        if (different.size() > 1) {
            throw new IllegalStateException(
                    "Selection: expected one treatment, got " + different + "; divide it first");
        }
        return different.isEmpty() ? new Treatment(1, 0) : different.get(0);
    }

    /** A parameter's treatment. */
    public Treatment treatment(Tensor w) {
        Treatment treatment = treatments.get(w);
        if (treatment == null) {
            throw new IllegalArgumentException(
                    "Selection: expected one of " + treatments.keySet() + ", got " + w);
        }
        return treatment;
    }

    /** The parameters, in the model's order. */
    public Collection<Tensor> tensors() {
        return List.copyOf(treatments.keySet());
    }

    /** The model's. */
    public Parameters parameters() {
        return parameters;
    }

    public Backend backend() {
        return parameters.backend();
    }

    /** The model's {@link Parameters#control}. */
    public Tensor control() {
        return parameters.control();
    }

    /**
     * Memory of an optimizer: one tensor each, zeroed when it is made, in the order of {@link
     * #tensors()}. Asking again for the same purpose gives the same tensors.
     */
    public List<Tensor> slot(String purpose) {
        return parameters.slot(purpose, tensors());
    }

    /** Memory for whatever works on them; freed with the model's parameters. */
    public Memory.Arena allocate(long bytes) {
        return parameters.allocate(bytes);
    }

    /** A change of them, or of their gradients. */
    public Update update(UpdateRule rule) {
        parameters.checkOpen();
        treatments.values().stream().distinct().forEach(this::checkFits);
        DeviceLock lock = backend().lock();
        Update update = lock.during(() -> rule.make(backend().updates(), this));
        return () -> {
            lock.enter();
            try {
                update.run();
            } finally {
                lock.exit();
            }
        };
    }

    private void checkFits(Treatment treatment) {
        Checks.fits("learning rate factor", treatment.rate(), backend().parameterDType());
        Checks.fits("weight decay", treatment.weightDecay(), backend().parameterDType());
    }

    /** One after the other. */
    public static Update sequence(List<Update> updates) {
        if (updates.size() == 1) {
            return updates.get(0);
        }
        Update[] list = new ArrayList<>(updates).toArray(Update[]::new);
        return () -> {
            for (Update update : list) {
                update.run();
            }
        };
    }
}
