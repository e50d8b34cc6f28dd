package io.retrograd.backend.reference;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
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
    public Availability probe() {
        return new Availability(
                /* usable= */ true,
                String.format(
                        "float64 in plain Java, %d cores, Java %s",
                        cores(), System.getProperty("java.version")));
    }

    /** Its results never depend on the number of threads. */
    @Override
    public Backend open(String precision, int threads, boolean deterministic) {
        return new ReferenceBackend(threads == 0 ? cores() : threads);
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }
}
