package io.retrograd.backend.reference;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.OpenOptions;
import io.retrograd.host.Threads;
import java.util.List;

/** Offers the reference backend; it can be used everywhere. */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String name() {
        return ReferenceBackend.NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public List<String> precisions() {
        return List.of("float64");
    }

    @Override
    public boolean slow() {
        return true;
    }

    @Override
    public Availability probe() {
        return Availability.usable(
                String.format(
                        "float64 in plain Java, %d cores, Java %s",
                        Threads.cores(), System.getProperty("java.version")));
    }

    /** Its results never depend on the number of threads, and nothing is chosen. */
    @Override
    public Backend open(OpenOptions options) {
        return new ReferenceBackend(Threads.of(options.threads()));
    }
}
