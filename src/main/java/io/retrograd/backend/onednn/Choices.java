package io.retrograd.backend.onednn;

import io.retrograd.backend.UserCache;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was found to be fastest. Each plan remembers it in a small file of its own, in a folder for
 * each CPU, oneDNN version, precision and number of threads, so that a start reads no more than it
 * needs. Without the file, or if it cannot be written, it is found again.
 */
class Choices {
    private static final int KEY_BYTES = 12;

    private final Path folder;
    private final Map<String, String> measured = new HashMap<>();
    private Properties plan = new Properties();
    private Path file;
    private boolean changed;

    /** Those remembered in this folder. */
    Choices(Path folder) {
        this.folder = folder;
        file = folder;
    }

    /** Those remembered for this engine. */
    static Choices of(Engine engine) {
        String machine =
                String.join(
                        "|",
                        cpuModel(),
                        Isa.text(Dnnl.isa()),
                        Dnnl.version(),
                        engine.precision().text(),
                        Integer.toString(engine.threads()));
        return new Choices(UserCache.folder().resolve("cpu-" + hash(machine)));
    }

    /**
     * Turns to another plan, and what is remembered of it.
     *
     * @param key of the plan
     */
    void open(String key) {
        file = folder.resolve(hash(key));
        plan = new Properties();
        changed = false;
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            plan.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            plan.clear();
        }
    }

    /**
     * The way that takes the least time.
     *
     * @param key of the choice
     * @param ways how many there are
     * @param milliseconds measures one; infinite for one that cannot be taken
     */
    int choose(String key, int ways, IntToDoubleFunction milliseconds) {
        String hash = hash(key);
        int known = number(find(hash), ways);
        if (known >= 0) {
            return known;
        }
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ways; i++) {
            double time = milliseconds.applyAsDouble(i);
            if (time < least) {
                best = i;
                least = time;
            }
        }
        put(hash, Integer.toString(best));
        return best;
    }

    /** How long a step takes, measured once for all that are described alike. */
    double milliseconds(Step step) {
        String hash = hash("step " + step.describe());
        String known = find(hash);
        if (known != null) {
            try {
                return Double.parseDouble(known);
            } catch (NumberFormatException e) {
                plan.remove(hash);
            }
        }
        double time = step.milliseconds();
        put(hash, Double.toString(time));
        return time;
    }

    /** Writes the plan's file if anything was found. */
    void save() {
        if (!changed) {
            return;
        }
        changed = false;
        try {
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), "onednn", ".tmp");
            try (Writer writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                plan.store(writer, "fastest layouts; may be deleted");
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | SecurityException e) {
            changed = true;
        }
    }

    /** What the plan's file says, or what was found for a plan before it. */
    private @Nullable String find(String key) {
        String remembered = plan.getProperty(key);
        if (remembered == null && measured.containsKey(key)) {
            remembered = measured.get(key);
            put(key, remembered);
        }
        return remembered;
    }

    private void put(String key, String value) {
        measured.put(key, value);
        plan.setProperty(key, value);
        changed = true;
    }

    private static int number(@Nullable String text, int ways) {
        try {
            int number = text == null ? -1 : Integer.parseInt(text);
            return number < ways ? number : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** As the operating system names it; empty where it does not. */
    static String cpuModel() {
        try (java.util.stream.Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException | java.io.UncheckedIOException e) {
            return "";
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
