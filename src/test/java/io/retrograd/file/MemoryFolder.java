package io.retrograd.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A folder of files in memory. */
public final class MemoryFolder {
    private MemoryFolder() {}

    /** A new one with these files. */
    public static Path of(Map<String, byte[]> files) {
        Path folder = new Disk().path("/folder");
        try {
            Files.createDirectory(folder);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return folder;
    }

    /** A file of a new folder. */
    public static Path file(String name, byte[] content) {
        return of(Map.of(name, content)).resolve(name);
    }
}
