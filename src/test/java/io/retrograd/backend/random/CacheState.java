package io.retrograd.backend.random;

import io.retrograd.gradcheck.fuzz.Draw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The choices on disk before a case runs. */
enum CacheState {
    /** Nothing is read or written: every plan that the conformance suite fixes. */
    FIXED,
    EMPTY,
    /** Those of the same case. */
    FULL,
    /** Those of an older build: the same keys, with other ways. */
    STALE,
    /** Those of another number of threads, under this one's name. */
    FOREIGN,
    /** Cut short, of other bytes, or a folder. */
    DAMAGED;

    private static final int MOST_WAYS = 6;
    private static final int TIMES_TO_ONE_BAD = 8;

    /** Turns what was remembered into this state. */
    void spoil(Path cache, Draw draw) throws IOException {
        for (Path file : files(cache)) {
            switch (this) {
                case STALE -> age(file, draw);
                case DAMAGED -> damage(file, draw);
                case FIXED, EMPTY, FULL, FOREIGN -> {}
            }
        }
    }

    /** Moves all that is remembered to the folder that is read next. */
    static void rename(Path from, Path to) throws IOException {
        List<Path> sources = folders(from);
        List<Path> targets = folders(to);
        if (sources.size() != 1 || targets.size() != 1) {
            return; // This device remembers nothing, or all in one place.
        }
        try (Stream<Path> files = Files.list(sources.get(0))) {
            for (Path file : files.toList()) {
                Path target = targets.get(0).resolve(file.getFileName());
                Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Replaces the numbers of ways by others, and some times by what no clock gives. */
    private static void age(Path file, Draw draw) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String key = line.substring(0, line.indexOf('=') + 1);
            if (line.matches("[^#]+=\\d")) {
                lines.set(i, key + draw.between(0, MOST_WAYS - 1));
            } else if (line.matches("[^#]+=.*") && draw.once(TIMES_TO_ONE_BAD)) {
                lines.set(i, key + draw.of(List.of("Infinity", "NaN", "-1.0", "0.0", "x")));
            }
        }
        Files.write(file, lines, StandardCharsets.ISO_8859_1);
    }

    private static void damage(Path file, Draw draw) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (draw.between(0, 3)) {
            case 0 -> Files.write(file, Arrays.copyOf(bytes, draw.between(0, bytes.length)));
            case 1 -> {
                for (int i = 0; i < 10 && bytes.length > 0; i++) {
                    bytes[draw.between(0, bytes.length - 1)] = (byte) draw.between(0, 255);
                }
                Files.write(file, bytes);
            }
            case 2 -> {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) draw.between(0, 255);
                }
                Files.write(file, bytes);
            }
            default -> {
                Files.delete(file);
                Files.createDirectory(file);
            }
        }
    }

    /** Those of plans, one for each machine. */
    private static List<Path> folders(Path cache) throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.filter(entry -> entry.getFileName().toString().contains("-")).toList();
        }
    }

    private static List<Path> files(Path cache) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : folders(cache)) {
            try (Stream<Path> entries = Files.list(folder)) {
                entries.filter(Files::isRegularFile).sorted().forEach(files::add);
            }
        }
        return files;
    }
}
