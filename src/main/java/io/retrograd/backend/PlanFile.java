package io.retrograd.backend;

import io.retrograd.file.Uninterrupted;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

/**
 * The choices of a run, in a file: a run follows an existing file to the letter; a missing one is
 * written. Runs that follow one file compute the same bits. One that grows is followed as far as it
 * goes, and written on.
 */
public final class PlanFile extends Choices {
    private static final String MADE_FOR = "made.for";

    private final Path file;
    private final Choices inner;
    private final boolean followed;
    private final boolean grows;

    /** The names of what was in the file. */
    private final Set<String> fixed;

    private final Map<String, String> entries = new TreeMap<>();
    private String plan = "";

    /**
     * Choices.
     *
     * @param inner makes them where there is no file yet
     * @param device all that a choice depends on beside what is computed
     * @throws IllegalStateException if the file is none that was written here, or was made for
     *     another device
     * @throws UncheckedIOException if it cannot be read
     */
    public PlanFile(Path file, Choices inner, String device) {
        this(file, inner, device, /* grows= */ false);
    }

    /**
     * Choices.
     *
     * @param grows whether what an existing file lacks is chosen and added
     */
    public PlanFile(Path file, Choices inner, String device, boolean grows) {
        this.file = file;
        this.inner = inner;
        this.grows = grows;
        followed = Files.exists(file);
        String madeFor = device + "|" + Build.digest();
        if (followed) {
            read();
            String recorded = entries.getOrDefault(MADE_FOR, "nothing: it is not a plan");
            if (!madeFor.equals(recorded)) {
                throw new IllegalStateException(
                        String.format(
                                "plan %s: expected one that was made for %s, got one for %s; name"
                                        + " a new file to record another",
                                file, madeFor, recorded));
            }
        }
        fixed = Set.copyOf(entries.keySet());
        entries.put(MADE_FOR, madeFor);
    }

    /** Whether a choice is not this run's to make. */
    private boolean follows(String name) {
        return followed && (!grows || fixed.contains(name));
    }

    private void read() {
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException(
                    "plan " + file + ": expected a file, got a folder, pipe or device");
        }
        Properties read = new Properties();
        try {
            if (Files.size(file) > LONGEST) {
                throw new IllegalArgumentException("it is longer than any plan");
            }
            read.load(new StringReader(Uninterrupted.run(() -> Files.readString(file))));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    String.format(
                            "plan %s: expected one that was recorded, got another file: %s",
                            file, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("plan " + file + ": cannot be read", e);
        }
        read.stringPropertyNames().forEach(name -> entries.put(name, read.getProperty(name)));
    }

    @Override
    public void open(String key) {
        plan = hash(key) + ".";
        inner.open(key);
    }

    @Override
    public int decide(String key, int ways, IntSupplier trial) {
        String name = plan + entry(key, ways);
        if (follows(name)) {
            int chosen = number(entries.get(name), ways);
            if (chosen < 0) {
                throw unfit("has no choice for " + key.lines().findFirst().orElse(key));
            }
            return chosen;
        }
        int chosen = inner.decide(key, ways, trial);
        entries.put(name, Integer.toString(chosen));
        return chosen;
    }

    @Override
    public int known(String key, int ways) {
        String name = plan + entry(key, ways);
        if (follows(name)) {
            return number(entries.get(name), ways);
        }
        int known = inner.known(key, ways);
        if (known >= 0) {
            entries.put(name, Integer.toString(known));
        }
        return known;
    }

    @Override
    public void replace(String key, int ways, int answer) {
        String name = plan + entry(key, ways);
        if (follows(name)) {
            throw unfit("has an answer that no longer holds for " + key);
        }
        inner.replace(key, ways, answer);
        entries.put(name, Integer.toString(answer));
    }

    @Override
    public void forget(String key, int ways) {
        if (follows(plan + entry(key, ways))) {
            throw unfit("has a way that does not exist for " + key);
        }
        inner.forget(key, ways);
    }

    /** Nothing is measured where all is chosen. */
    @Override
    public double milliseconds(String key, DoubleSupplier milliseconds) {
        return followed && !grows ? 0 : inner.milliseconds(key, milliseconds);
    }

    @Override
    public void save() {
        if (followed && !grows) {
            return;
        }
        inner.save();
        StringBuilder text =
                new StringBuilder("# the choices of a run, for later ones to follow\n");
        entries.forEach((name, value) -> text.append(line(name, value)));
        try {
            WholeFile.write(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("plan " + e.getMessage(), e);
        }
    }

    private static String line(String name, String value) {
        return name + "=" + value.replace("\\", "\\\\").replace("\n", "\\n") + "\n";
    }

    private IllegalStateException unfit(String why) {
        return new IllegalStateException(
                String.format(
                        "plan %s: %s; it was recorded for another network or batch: name a new file"
                                + " to record another",
                        file, why));
    }
}
