package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.conformance.Plans;
import java.util.ArrayList;
import java.util.List;

/**
 * Both styles of layouts, each way of a weighted operation, and several weight layouts; with two
 * threads and, which takes less time, with one.
 */
public final class OneDnnPlans implements Plans {
    @Override
    public String device() {
        return OneDnnBackend.NAME;
    }

    @Override
    public List<Backend> open(String precision) {
        return open(precision, FixedChoices::new);
    }

    @Override
    public List<Backend> rehearsed(String precision) {
        return open(precision, RehearsedChoices::new);
    }

    @FunctionalInterface
    private interface Maker {
        Choices make(Planner.Style style, int way, int weight);
    }

    private static List<Backend> open(String precision, Maker maker) {
        List<Backend> plans = new ArrayList<>();
        for (int way = 0; way < WeightedOp.Way.values().length; way++) {
            int threads = way == 0 ? 2 : 1;
            Engine engine =
                    new Engine(Precision.of(precision), threads, /* deterministic= */ false);
            for (Planner.Style style : Planner.Style.values()) {
                Choices choices = maker.make(style, way, /* weight= */ way);
                plans.add(new OneDnnBackend(engine, choices));
            }
        }
        return plans;
    }
}
