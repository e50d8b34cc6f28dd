package io.retrograd.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {
    @TempDir private Path folder;

    @Test
    void tellsThisBuild() {
        assertNotNull(Build.digest());
        assertEquals(Build.digest(), Build.digest());
    }

    @Test
    void anotherClassOfTheBackendsIsAnotherBuild() throws IOException {
        assertEquals(ofFolder("a", "1", "2"), ofFolder("b", "1", "2"));
        assertNotEquals(ofFolder("c", "1", "2"), ofFolder("d", "1", "3"));
        assertEquals(ofJar("a.jar", "1", "2"), ofJar("b.jar", "1", "2"));
        assertNotEquals(ofJar("c.jar", "1", "2"), ofJar("d.jar", "1", "3"));
    }

    @Test
    void otherClassesAreNoOtherBuild() throws IOException {
        Path classes = folder.resolve("e");
        String before = ofFolder("e", "1", "2");
        Files.createDirectories(classes.resolve("io/retrograd/cli"));
        Files.writeString(classes.resolve("io/retrograd/cli/Main.class"), "3");
        assertEquals(before, Build.digest(classes));
        Files.writeString(classes.resolve("io/retrograd/operation/Operation.class"), "4");
        assertNotEquals(before, Build.digest(classes));
    }

    private String ofFolder(String name, String... contents) throws IOException {
        Path classes = folder.resolve(name);
        Path own = classes.resolve("io/retrograd/backend/onednn");
        Files.createDirectories(own);
        Files.createDirectories(classes.resolve("io/retrograd/operation"));
        for (int i = 0; i < contents.length; i++) {
            Files.writeString(own.resolve(i + ".class"), contents[i]);
        }
        return Build.digest(classes);
    }

    private String ofJar(String name, String... contents) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (int i = 0; i < contents.length; i++) {
                zip.putNextEntry(new ZipEntry("io/retrograd/backend/" + i + ".class"));
                zip.write(contents[i].getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return Build.digest(jar);
    }
}
