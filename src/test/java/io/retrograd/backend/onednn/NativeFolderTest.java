package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages name the reason why a folder cannot hold libraries. */
class NativeFolderTest {
    private static final List<String> MOUNTS =
            List.of(
                    "overlay / overlay rw,relatime 0 0",
                    "tmpfs /home tmpfs rw,nosuid,noexec 0 0",
                    "tmpfs /home/me/bin tmpfs rw 0 0",
                    "tmpfs /a\\040b tmpfs rw,noexec 0 0",
                    "tmpfs /twice tmpfs rw,noexec 0 0",
                    "tmpfs /twice tmpfs rw 0 0");

    @TempDir private Path folder;

    @Test
    void noexecIsThatOfTheDeepestAndLastMount() {
        assertTrue(NativeFolder.noexec(Path.of("/home/me/.cache"), MOUNTS));
        assertFalse(NativeFolder.noexec(Path.of("/home/me/bin/x"), MOUNTS));
        assertFalse(NativeFolder.noexec(Path.of("/homely"), MOUNTS));
        assertTrue(NativeFolder.noexec(Path.of("/a b/c"), MOUNTS));
        assertFalse(NativeFolder.noexec(Path.of("/twice"), MOUNTS));
    }

    @Test
    void aSoundFolderHasNoFault() {
        assertEquals(Optional.empty(), NativeFolder.fault(folder.resolve("new").resolve("deep")));
    }

    @Test
    void aFileInTheWayIsTold() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path path : List.of(file, file.resolve("below"))) {
            String fault = NativeFolder.fault(path).orElse("");
            assertTrue(fault.matches("(?i).*(expected a folder|not a directory).*"), fault);
        }
    }

    @Test
    void aFolderWhereNothingCanBeMadeIsTold() {
        String fault = NativeFolder.fault(Path.of("/proc/libraries")).orElse("");
        assertTrue(fault.contains("/proc/libraries: cannot be written"), fault);
    }

    /** The error of loading a library where Java refuses native access. */
    @Test
    void refusedAccessNamesTheOption() {
        Throwable refused =
                new ExceptionInInitializerError(new IllegalCallerException("not allowed"));
        LoadFailure failure = LoadFailure.of(folder, refused);
        assertTrue(failure.message().contains("--enable-native-access"), failure.message());
        assertFalse(failure.absent());
        LoadFailure missing =
                LoadFailure.of(folder, new UnsatisfiedLinkError("no jnidnnl in java.library.path"));
        assertTrue(missing.absent() && missing.message().contains("javacpp.platform"));
        Throwable excluded = new ClassNotFoundException("org.bytedeco.opencl.global.OpenCL");
        LoadFailure without =
                LoadFailure.of(folder, new NoClassDefFoundError("x").initCause(excluded));
        assertTrue(without.absent() && without.message().contains("org.bytedeco:dnnl"));
        LoadFailure unmapped =
                LoadFailure.of(folder, new UnsatisfiedLinkError("failed to map segment"));
        assertTrue(unmapped.message().contains(folder.toString()), unmapped.message());
        assertTrue(unmapped.message().contains("XDG_CACHE_HOME"), unmapped.message());
    }
}
