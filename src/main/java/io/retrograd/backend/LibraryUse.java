package io.retrograd.backend;

/**
 * What was called of a device's libraries.
 *
 * @param calls how many calls
 * @param worked nanoseconds in which they did the device's work, and kept the caller waiting
 */
public record LibraryUse(long calls, long worked) {
    /** What has come since an earlier look. */
    public LibraryUse since(LibraryUse before) {
        return new LibraryUse(calls - before.calls, worked - before.worked);
    }
}
