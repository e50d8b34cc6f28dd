package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.backend.LibraryUse;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What Java does for a step before the device can run it.
 *
 * @param millis from the step's call to its return; empty for a device that has finished by then
 * @param calls of the device's libraries, where somebody counts them
 */
record HostWork(OptionalDouble millis, OptionalLong calls) {
    private static final int STEPS = 9;
    private static final double NANOS_PER_MILLI = 1e6;

    /** Measures some steps, and gives the median. */
    static HostWork measure(Backend backend, Runnable step) {
        if (!backend.runsBehind()) {
            return new HostWork(OptionalDouble.empty(), OptionalLong.empty());
        }
        double[] nanos = new double[STEPS];
        OptionalLong calls = OptionalLong.empty();
        for (int i = 0; i < STEPS; i++) {
            backend.synchronize();
            Optional<LibraryUse> before = backend.libraryUse();
            long begin = System.nanoTime();
            step.run();
            nanos[i] = System.nanoTime() - begin;
            if (before.isPresent()) {
                LibraryUse use = backend.libraryUse().orElseThrow().since(before.get());
                nanos[i] -= use.worked();
                calls = OptionalLong.of(use.calls());
            }
        }
        backend.synchronize();
        Arrays.sort(nanos);
        return new HostWork(OptionalDouble.of(nanos[STEPS / 2] / NANOS_PER_MILLI), calls);
    }

    /** For people: empty where there is nothing to tell. */
    String text() {
        if (millis.isEmpty()) {
            return "";
        }
        String counted =
                calls.isPresent() ? ", " + calls.getAsLong() + " calls of CUDA's libraries" : "";
        return String.format("  host          %.3f ms a step%s%n", millis.getAsDouble(), counted);
    }
}
