package io.retrograd.parity;

import org.jspecify.annotations.Nullable;

/**
 * The result of one case.
 *
 * @param name its file's name
 * @param detail in one line: the worst error, or why it failed or is unsupported
 * @param worst the element with the largest error, or null if nothing was compared
 */
public record ParityResult(String name, Status status, String detail, @Nullable Worst worst) {
    /** The three ends of a case. */
    public enum Status {
        PASSED,
        FAILED,
        UNSUPPORTED
    }

    /**
     * One element of an expected tensor.
     *
     * @param index row-major
     * @param error {@code |got − expected|} over {@code |expected|}, to which a small share of the
     *     tensor's largest magnitude is added (of the incoming gradient's if that is larger)
     */
    public record Worst(String tensor, int index, double expected, double got, double error) {}
}
