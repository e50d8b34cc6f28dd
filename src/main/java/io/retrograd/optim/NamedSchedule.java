package io.retrograd.optim;

import org.jspecify.annotations.Nullable;

/** A schedule with a name for texts; of one name are those that give the same factors. */
record NamedSchedule(String name, Schedule factors) implements Schedule {
    @Override
    public double factor(long step, long stepsPerEpoch, int epochs) {
        return factors.factor(step, stepsPerEpoch, epochs);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NamedSchedule named && named.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
