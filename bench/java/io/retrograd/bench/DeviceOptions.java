package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import picocli.CommandLine.Option;

/** On what all commands and probes compute. */
final class DeviceOptions {
    @Option(
            names = "--device",
            description = "cpu, cuda, ... Default: the fastest that can be used.")
    String name = Backends.AUTO;

    @Option(
            names = "--precision",
            description = "float32, bf16, tf32: what the device offers. Default: float32.")
    String precision = "float32";

    @Option(names = "--threads", description = "Of all sides; 0 for one a core. Default: 0.")
    int threads;

    Backend open() {
        return Backends.open(name, precision, threads);
    }

    boolean gpu() {
        return name.startsWith("cuda");
    }

    /** The number of computing threads, with the default resolved. */
    int threads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
