package io.retrograd.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the user's cache is; libraries are loaded from it, which wants absolute paths. */
class UserCacheTest {
    private static final String PROPERTY = "retrograd.cache";

    private String before;

    @BeforeEach
    void remember() {
        before = System.getProperty(PROPERTY);
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void aRelativeFolderIsInTheWorkingOne() {
        System.setProperty(PROPERTY, "some/cache");
        assertEquals(Path.of("").toAbsolutePath().resolve("some/cache"), UserCache.folder());
    }

    @Test
    void anAbsoluteFolderIsTaken() {
        Path folder = Path.of("/somewhere/else");
        System.setProperty(PROPERTY, folder.toString());
        assertEquals(folder, UserCache.folder());
    }

    /** Java's home is "?" or "/" for a user that has none. */
    @Test
    void whatIsNoHomeIsNotTaken() {
        assertEquals(Path.of("/home/me"), UserCache.home("/home/me", "/elsewhere"));
        for (String none : new String[] {"?", "/", "", "//", null}) {
            assertEquals(Path.of("/elsewhere"), UserCache.home(none, "/elsewhere"));
            assertNull(UserCache.home(none, none));
        }
    }
}
