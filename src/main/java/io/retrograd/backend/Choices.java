package io.retrograd.backend;

import io.retrograd.file.Uninterrupted;
import io.retrograd.file.WholeFile;
import io.retrograd.host.UserCache;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The choices that were fastest. Each plan remembers it in a small file of its own, in a folder for
 * each machine, so that a start reads no more than it needs. Without the file, or if it cannot be
 * written, it is found again.
 */
public class Choices {
    private static final int KEY_BYTES = 12;

    /** The longest file that is read, in bytes. */
    static final long LONGEST = 16 << 20;

    private final @Nullable Path folder;
    private final Map<String, String> measured = new HashMap<>();
    private Properties plan = new Properties();
    private @Nullable Path file;
    private boolean changed;

    /** Those remembered in this folder; those of this process alone if there is none. */
    public Choices(@Nullable Path folder) {
        this.folder = folder;
    }

    /** Those of this process alone. */
    Choices() {
        this(null);
    }

    /**
     * Those that this user's cache remembers for a machine and this build; nothing is remembered
     * where the build is unknown.
     *
     * @param kind begins the folder's name
     * @param machine all that times depend on beside what is computed
     */
    public static Choices remembered(String kind, String machine) {
        String build = Build.digest();
        if (build == null) {
            return new Choices();
        }
        String folder = kind + "-" + hash(machine + "|" + build);
        return new Choices(UserCache.folder().resolve(folder));
    }

    /**
     * Turns to another plan, and what is remembered of it.
     *
     * @param key the key of the plan
     */
    public void open(String key) {
        plan = new Properties();
        changed = false;
        file = folder == null ? null : folder.resolve(hash(key));
        if (file == null || !Files.isRegularFile(file)) {
            return;
        }
        try {
            if (Files.size(file) <= LONGEST) {
                plan.load(new StringReader(Uninterrupted.run(() -> Files.readString(file))));
            }
        } catch (IOException | IllegalArgumentException e) {
            plan.clear();
        }
        plan.values().removeIf(value -> !credible(value.toString()));
    }

    /** Whether a file's value may be a time or a way that can be taken. */
    private static boolean credible(String value) {
        try {
            double number = Double.parseDouble(value);
            return number >= 0 && number < Double.POSITIVE_INFINITY;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * The way that takes the least time.
     *
     * @param key the key of the choice
     * @param ways how many there are
     * @param milliseconds measures one; infinite for one that cannot be taken
     * @throws IllegalStateException if none can be taken
     */
    public int choose(String key, int ways, IntToDoubleFunction milliseconds) {
        return decide(key, ways, () -> fastest(key, ways, milliseconds));
    }

    private static int fastest(String key, int ways, IntToDoubleFunction milliseconds) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ways; i++) {
            double time = milliseconds.applyAsDouble(i);
            if (time < least) {
                best = i;
                least = time;
            }
        }
        if (best < 0) {
            throw new IllegalStateException("no way to compute " + key);
        }
        return best;
    }

    /**
     * The decision of a trial, made once for each key.
     *
     * @param key of the choice
     * @param ways how many answers there are
     * @param trial gives the number of one
     */
    public int decide(String key, int ways, IntSupplier trial) {
        int known = known(key, ways);
        if (known >= 0) {
            return known;
        }
        int decided = trial.getAsInt();
        replace(key, ways, decided);
        return decided;
    }

    /** Remembers another answer than before. */
    public void replace(String key, int ways, int answer) {
        put(entry(key, ways), Integer.toString(answer));
    }

    /** Forgets the way that was found before. */
    public void forget(String key, int ways) {
        String hash = entry(key, ways);
        measured.remove(hash);
        plan.remove(hash);
    }

    /** The way that was found before, or -1. */
    public int known(String key, int ways) {
        return number(find(entry(key, ways)), ways);
    }

    /**
     * The time of work, measured once for each key.
     *
     * @param milliseconds measures it
     */
    public double milliseconds(String key, DoubleSupplier milliseconds) {
        String hash = hash(key);
        String known = find(hash);
        if (known != null) {
            return Double.parseDouble(known);
        }
        double time = milliseconds.getAsDouble();
        put(hash, Double.toString(time));
        return time;
    }

    /** Writes the plan's file if anything was found. */
    public void save() {
        if (!changed || folder == null || file == null) {
            return;
        }
        changed = false;
        try {
            WholeFile.createFolders(folder);
            WholeFile.write(file, out -> plan.store(out, "the fastest choices; may be deleted"));
        } catch (IOException e) {
            changed = true;
            UserCache.unwritable(e);
        }
    }

    /** The entry of the plan's file, or the one found for an earlier plan. */
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

    /** The name of a choice in files. */
    static String entry(String key, int ways) {
        return hash(ways + " ways " + key);
    }

    /** The choice that a file names; -1 if it names none. */
    static int number(@Nullable String text, int ways) {
        try {
            int number = text == null ? -1 : Integer.parseInt(text);
            return number >= 0 && number < ways ? number : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static String hash(String text) {
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
