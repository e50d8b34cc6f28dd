package io.retrograd.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Warnings to users whose program goes on: a line each on standard error. */
public final class Warnings {
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private Warnings() {}

    /** Prints a line, once in this process. */
    public static void once(String line) {
        if (TOLD.add(line)) {
            System.err.println("retrograd: warning: " + line);
        }
    }
}
