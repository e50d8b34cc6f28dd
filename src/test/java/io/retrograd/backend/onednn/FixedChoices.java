package io.retrograd.backend.onednn;

import io.retrograd.backend.Choices;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;

/**
 * Takes a given way everywhere, so that each can be tested; where oneDNN lacks it, the next one.
 * Measures and remembers nothing.
 */
class FixedChoices extends Choices {
    private final Planner.Style style;
    private final int way;
    private final int weight;

    /**
     * Choices.
     *
     * @param style the style of the plan
     * @param way to take where there are several
     * @param weight number of the layout to take for weights, of those that there are
     */
    FixedChoices(Planner.Style style, int way, int weight) {
        super(Path.of("unused"));
        this.style = style;
        this.way = way;
        this.weight = weight;
    }

    @Override
    public void open(String key) {}

    @Override
    public int choose(String key, int ways, IntToDoubleFunction milliseconds) {
        if (key.startsWith("plan")) {
            return Arrays.asList(Planner.Style.values()).indexOf(style);
        }
        if (key.endsWith(" weight")) {
            return weight % ways;
        }
        for (int i = 0; i < ways; i++) {
            int candidate = (way + i) % ways;
            if (milliseconds.applyAsDouble(candidate) < Double.POSITIVE_INFINITY) {
                return candidate;
            }
        }
        throw new IllegalStateException("oneDNN lacks " + key);
    }

    @Override
    public double milliseconds(String key, DoubleSupplier milliseconds) {
        return 0;
    }

    @Override
    public void save() {}
}
