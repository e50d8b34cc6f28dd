package io.retrograd.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The contract for any file and command line: it is accepted, or refused by an exception that is
 * declared and has a message, soon, and with memory that the input's size bounds.
 */
public final class Contract {
    private static final long MIB = 1 << 20;

    /** For what does not depend on the input, the loading of classes included. */
    private static final long FIXED_BYTES = 512 * MIB;

    /** Parsed texts, tensors in float64, lists of boxed numbers, and copies of them. */
    private static final long BYTES_PER_BYTE = 1 << 12;

    /** The computing time of this thread; whoever runs this ends what never returns. */
    private static final double SECONDS = 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Contract() {}

    /** Reads an input. */
    public interface Reading {
        /** Takes the input or refuses it. */
        void run() throws Exception;
    }

    /**
     * Does it.
     *
     * @param bytes the bytes of the input
     * @param refusals exceptions by which it may be refused
     */
    public static void check(int bytes, Reading reading, Class<?>... refusals) {
        if (exceeded(bytes, reading, refusals) != null) {
            // The first time, classes are loaded, and changed by whoever watches them.
            String again = exceeded(bytes, reading, refusals);
            if (again != null) {
                throw new AssertionError(again);
            }
        }
    }

    /** What it took too much of, or null. */
    private static @Nullable String exceeded(int bytes, Reading reading, Class<?>... refusals) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        try {
            reading.run();
        } catch (Exception e) {
            if (Arrays.stream(refusals).noneMatch(refusal -> refusal.isInstance(e))) {
                throw new AssertionError("not declared: " + e, e);
            }
            String message = e.getMessage();
            if (message == null || message.isBlank() || message.lines().count() != 1) {
                throw new AssertionError("without a message of one line: " + e, e);
            }
        }
        double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
        long taken = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        if (seconds > SECONDS) {
            return "took " + seconds + " s";
        }
        return taken > FIXED_BYTES + BYTES_PER_BYTE * bytes
                ? "took " + taken + " bytes for an input of " + bytes
                : null;
    }
}
