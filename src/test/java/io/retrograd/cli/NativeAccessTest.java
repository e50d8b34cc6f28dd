package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ChildJava;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** The program in a Java of its own: where natives may be loaded, where not, without a home. */
class NativeAccessTest {
    @TempDir private Path folder;

    private record Ended(int exit, String out, String err) {}

    @Test
    void whereNativesMayBeLoadedNothingIsWarnedOf() throws Exception {
        Ended devices = run(ChildJava.command(), "devices");
        assertEquals(0, devices.exit, devices.err);
        assertTrue(devices.out.contains("cpu          usable"), devices.out);
        assertEquals("", devices.err);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void whereTheyMayNotALineSaysHowToLetThem() throws Exception {
        List<String> refusing = List.of(ChildJava.program(), "--illegal-native-access=deny");
        // Who has set OpenMP himself meets the refusal on another thread.
        for (boolean ownOpenMp : List.of(false, true)) {
            List<String> java = new ArrayList<>();
            if (ownOpenMp) {
                java.addAll(List.of("env", "GOMP_SPINCOUNT=0"));
            }
            java.addAll(refusing);
            refusedInOneLine(java);
        }
    }

    private void refusedInOneLine(List<String> java) throws Exception {
        for (String device : List.of("auto", "cpu")) {
            Ended train = run(java, "train", "digits", "--device", device);
            assertEquals(1, train.exit, train.err);
            assertEquals(1, train.err.strip().lines().count(), train.err);
            assertTrue(train.err.contains("--enable-native-access=ALL-UNNAMED"), train.err);
        }
    }

    /** Java's home for a user whom the system does not know. */
    @Test
    void withoutAHomeNothingIsLeftBehind() throws Exception {
        List<String> java = new ArrayList<>(ChildJava.command());
        java.add("-Duser.home=?");
        Ended devices = run(java, "devices");
        assertEquals(0, devices.exit, devices.err);
        assertTrue(devices.out.contains("cpu          usable"), devices.out);
        assertFalse(Files.exists(folder.resolve("?")), "a folder named ?");
    }

    /** An umlaut is two bytes that the plainest locale cannot spell. */
    @Test
    void aFolderThatTheLocaleCannotSpellIsAnError() throws Exception {
        String in = "f=$(printf '\\303\\274'); mkdir $f && cd $f && (LC_ALL=C \"$@\"); code=$?;";
        String shell = in + " cd ..; rm -r $f; exit $code";
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        command.addAll(ChildJava.command());
        Ended devices = run(command, "devices");
        assertEquals(1, devices.exit, devices.err);
        assertEquals(1, devices.err.strip().lines().count(), devices.err);
        assertTrue(devices.err.contains("set LC_ALL=C.UTF-8"), devices.err);
    }

    private Ended run(List<String> java, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", absoluteClassPath()));
        command.add(Main.class.getName());
        command.addAll(List.of(words));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("XDG_CACHE_HOME", "HOME", "GOMP_SPINCOUNT"));
        int exit = builder.start().waitFor();
        return new Ended(exit, Files.readString(out), Files.readString(err));
    }

    private static String absoluteClassPath() {
        String separator = System.getProperty("path.separator");
        List<String> absolute = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(separator, -1)) {
            absolute.add(Path.of(path).toAbsolutePath().toString());
        }
        return String.join(separator, absolute);
    }
}
