package io.retrograd.certify;

import io.retrograd.backend.JvmLimits;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a part finds, told as it is found. */
final class Findings {
    /** As many failures say what is wrong; a broken device fails whatever comes after. */
    private static final int MOST_FAILURES = 10;

    private static final int LONGEST = 2000;

    private final Consumer<Message> out;
    private String precision = "";
    private int failures;

    /** Tells this one. */
    Findings(Consumer<Message> out) {
        this.out = out;
    }

    /** What follows is in this precision; empty where it does not matter. */
    void in(String name) {
        precision = name;
    }

    /** The precision of what is tried. */
    String precision() {
        return precision;
    }

    /** Tries something that nothing random is in. */
    void attempt(String what, Callable<Outcome> work) {
        attempt(what, /* seed= */ null, work);
    }

    /** Tries something: what it throws is a failure. */
    void attempt(String what, @Nullable Long seed, Callable<Outcome> work) {
        out.accept(Message.of(trial(what, seed, Status.NOT_RUN, null, "begun"), /* begun= */ true));
        Outcome outcome;
        try {
            outcome = work.call();
        } catch (Exception e) {
            outcome = Outcome.failed(words(e));
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            outcome = Outcome.failed(words(JvmLimits.exception(e)));
        }
        failures += outcome.passed() ? 0 : 1;
        Status status = outcome.passed() ? Status.PASSED : Status.FAILED;
        tell(trial(what, seed, status, outcome.error(), outcome.detail()));
    }

    /** Something is not tried, and why. */
    void notRun(String what, String why) {
        tell(trial(what, null, Status.NOT_RUN, null, why));
    }

    /**
     * Whether there is nothing more to be tried: the time is over, or too much has failed. Tells
     * what is not run then.
     *
     * @param rest what, as in {@code 3 of 200 cases}
     */
    boolean ended(Deadline deadline, String rest) {
        boolean enough = failures >= MOST_FAILURES;
        if (enough || deadline.over()) {
            notRun(rest, enough ? "after " + failures + " failures" : "the time was over");
            return true;
        }
        return false;
    }

    private Trial trial(
            String what, @Nullable Long seed, Status status, @Nullable Double error, String why) {
        Double finite = error == null || !Double.isFinite(error) ? null : error;
        return new Trial(cut(what), precision, seed, status, finite, cut(why));
    }

    private void tell(Trial trial) {
        out.accept(Message.of(trial, /* begun= */ false));
    }

    private static String words(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : e.getClass().getSimpleName() + ": " + message;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
