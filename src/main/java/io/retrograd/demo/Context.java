package io.retrograd.demo;

import io.retrograd.backend.Backend;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What a demonstration runs with.
 *
 * @param backend where networks are trained
 * @param seed of everything that is drawn
 * @param variant one of the demonstration's problems; empty where it has only one
 * @param quick whether to be small: fewer steps and sizes, for trying that it runs
 * @param out where the account is printed
 */
public record Context(Backend backend, long seed, String variant, boolean quick, PrintWriter out) {
    /** The first number, or the second one where the run is quick. */
    int size(int usual, int small) {
        return quick ? small : usual;
    }

    /** Prints a line of the account. */
    void say(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }
}
