package io.retrograd.backend;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where what can be made again is kept between runs. */
public final class UserCache {
    private static final String DIRECTORY_PROPERTY = "retrograd.cache";

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private UserCache() {}

    /** Says once, on standard error, that nothing can be kept, and why. */
    public static void unwritable(IOException why) {
        if (!TOLD.getAndSet(true)) {
            System.err.println(
                    "retrograd: nothing is kept for the next run: "
                            + why.getMessage()
                            + "; -Dretrograd.cache or XDG_CACHE_HOME name another folder");
        }
    }

    /**
     * {@code -Dretrograd.cache}, or {@code $XDG_CACHE_HOME/retrograd}, or {@code
     * ~/.cache/retrograd}. An absolute path, as libraries are loaded from there; it need not exist
     * yet.
     */
    public static Path folder() {
        return chosen().toAbsolutePath();
    }

    private static Path chosen() {
        String own = System.getProperty(DIRECTORY_PROPERTY);
        if (own != null) {
            return Path.of(own);
        }
        String shared = System.getenv("XDG_CACHE_HOME");
        Path caches =
                shared == null || shared.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(shared);
        return caches.resolve("retrograd");
    }
}
