package io.retrograd.certify;

import java.util.Locale;

/** How a part, or one thing that it tried, ended. */
public enum Status {
    PASSED,
    FAILED,
    /** The process of the part ended, or was ended, before the part. */
    CRASHED,
    NOT_RUN;

    /** As it is written in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether the device is not certified because of it. */
    public boolean bad() {
        return this == FAILED || this == CRASHED;
    }
}
