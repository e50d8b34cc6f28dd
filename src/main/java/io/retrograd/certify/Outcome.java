package io.retrograd.certify;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of something that was tried. */
record Outcome(boolean passed, @Nullable Double error, String detail) {
    static Outcome passed(String detail) {
        return new Outcome(/* passed= */ true, /* error= */ null, detail);
    }

    static Outcome failed(String detail) {
        return new Outcome(/* passed= */ false, /* error= */ null, detail);
    }

    /** Passed or failed, with the worst error that was seen. */
    static Outcome of(boolean passed, double error, String detail) {
        String number = String.format(Locale.ROOT, "worst relative error %.1e", error);
        return new Outcome(passed, error, detail.isEmpty() ? number : detail);
    }

    /** Passed if two numbers are the same bits. */
    static Outcome same(boolean same, String detail) {
        return same ? passed(detail) : failed(detail);
    }
}
