package io.retrograd.backend;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * With {@code -Drequire=NAME} a test that needs this device fails where it cannot be used; else it
 * is skipped there.
 */
public final class Required {
    private static final String PROPERTY = "require";
    private static final String GPU = "cuda";

    private Required() {}

    /** Whether a device is required. */
    public static boolean is(String device) {
        return device.equals(System.getProperty(PROPERTY));
    }

    /** The device that tests of CUDA run on: the machine's GPU where it is required. */
    public static String cuda() {
        return is(GPU) ? GPU : "cuda-standin";
    }

    /**
     * Skips or fails a test where a device cannot be used.
     *
     * @param obstacle why not
     */
    public static void assume(String device, boolean usable, String obstacle) {
        if (!usable && is(device)) {
            fail("-Drequire=" + device + ": " + obstacle);
        }
        assumeTrue(usable, obstacle);
    }
}
