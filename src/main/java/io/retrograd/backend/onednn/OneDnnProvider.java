package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.OpenOptions;
import io.retrograd.host.Threads;
import java.util.List;

/** Offers the CPU through oneDNN. */
public final class OneDnnProvider implements BackendProvider {
    private static final int PRIORITY = 10;

    @Override
    public String name() {
        return OneDnnBackend.NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public List<String> precisions() {
        return Precision.all();
    }

    @Override
    public Availability probe() {
        try {
            Dnnl.load();
            return Availability.usable(
                    String.format(
                            "oneDNN %s, %s, %d cores",
                            Dnnl.version(), Isa.text(Dnnl.isa()), Threads.cores()));
        } catch (IllegalStateException e) {
            String why = String.valueOf(e.getMessage());
            return Dnnl.absent() ? Availability.missing(why) : Availability.broken(why);
        }
    }

    /**
     * Opens the CPU. oneDNN's sums depend on how they are shared among threads, and which layout is
     * fastest on what is measured; deterministic results are computed on one thread, in fixed
     * layouts.
     *
     * @throws IllegalStateException if the CPU lacks the precision
     */
    @Override
    public Backend open(OpenOptions options) {
        Precision kind = Precision.of(options.precision());
        Dnnl.load();
        kind.checkUsable(Dnnl.isa());
        int threads = options.deterministic() ? 1 : Threads.of(options.threads());
        return new OneDnnBackend(new Engine(kind, threads, options.deterministic()), options);
    }
}
