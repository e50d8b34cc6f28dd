package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import io.retrograd.host.Threads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that computes. */
final class DeviceOptions {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            description =
                    "Where to compute: auto, or a name that 'devices' lists, with :1 for the second of"
                            + " several GPUs. Default: ${DEFAULT-VALUE}.")
    String device;

    @Option(
            names = "--precision",
            paramLabel = "KIND",
            description =
                    "Precision of the device, such as float64 or float32. Default: its first.")
    @Nullable String precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads to compute with; 0 for one a core. Default: 0.")
    int threads;

    @Option(
            names = "--deterministic",
            description = "Compute the same bits whatever the number of threads; slower.")
    boolean deterministic;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description =
                    "Follows the choices in this file, so that a run computes the same bits as the"
                            + " one that recorded them; records them if there is no such file.")
    @Nullable Path plan;

    /** The choice, once it is made. */
    private Backends.@Nullable Choice choice;

    /** The fastest usable device, unless the user names another. */
    DeviceOptions() {
        this(Backends.AUTO);
    }

    /** This device, unless the user names another. */
    DeviceOptions(String preferred) {
        device = preferred;
    }

    static List<String> names() {
        return Backends.providers().stream().map(BackendProvider::name).toList();
    }

    /** Refuses a device that is none of these, nor one of several of its kind. */
    static void checkDevice(String device, List<String> names) {
        Values.oneOf("--device", names, device.replaceFirst(":\\d{1,4}$", ""));
    }

    /**
     * Checks the options, before anything is read or computed.
     *
     * @throws IllegalArgumentException for an unknown device or precision, or a number of threads
     *     out of range
     */
    void check() {
        List<String> names = new ArrayList<>(names());
        names.add(0, Backends.AUTO);
        checkDevice(device, names);
        if (precision != null && !device.equals(Backends.AUTO)) {
            Values.oneOf("--precision", Backends.provider(device).precisions(), precision);
        }
        if (threads < 0 || threads > Threads.most()) {
            throw Values.wrong("--threads", "0 (one a core) to " + Threads.most(), threads);
        }
    }

    /** The requested device, or the one that auto takes, and the reason. */
    Backends.Choice choose() {
        if (choice == null) {
            check();
            choice = Backends.choose(device);
        }
        return choice;
    }

    /** The requested device; the chosen one where the choice is left to this. */
    String name() {
        return device.equals(Backends.AUTO) ? choose().provider().name() : device;
    }

    Backend open() {
        return open(options -> options.plan(plan));
    }

    /**
     * Opens the device.
     *
     * @param planned chooses a plan for these options
     */
    Backend open(UnaryOperator<OpenOptions> planned) {
        Backends.Choice chosen = choose();
        if (precision != null) {
            Values.oneOf("--precision", chosen.provider().precisions(), precision);
        }
        return chosen.open(
                planned.apply(
                        OpenOptions.of(precision()).threads(threads).deterministic(deterministic)));
    }

    /** The requested precision, or the device's first. */
    String precision() {
        return precision == null ? choose().provider().precisions().get(0) : precision;
    }

    /** The number of computing threads, by default one a core. */
    int threads() {
        return threads == 0 ? Threads.cores() : threads;
    }

    /** The chosen device and the reason, in a line. */
    String describe() {
        Backends.Choice chosen = choose();
        return String.format(
                "device %s (%s): %s",
                chosen.provider().name(), chosen.reason(), chosen.description());
    }
}
