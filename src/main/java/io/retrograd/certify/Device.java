package io.retrograd.certify;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import java.util.List;
import java.util.concurrent.Callable;

/** The device that is certified, as a part opens it. */
record Device(BackendProvider provider) {
    /** How CUDA's devices begin, the stand-in too. */
    private static final String CUDA = "cuda";

    /** What a part does with the device in one precision. */
    @FunctionalInterface
    interface Work {
        /** Does it, beginning nothing new once the deadline is over. */
        void run(Backend backend, Deadline deadline);
    }

    static Device of(String name) {
        return new Device(Backends.provider(name));
    }

    String name() {
        return provider.name();
    }

    boolean cuda() {
        return name().startsWith(CUDA);
    }

    Backend open() {
        return open(provider.precisions().get(0), /* deterministic= */ true);
    }

    Backend open(String precision, boolean deterministic) {
        return Backends.open(name(), OpenOptions.of(precision).deterministic(deterministic));
    }

    /**
     * Opens the device in each precision in turn. The default one it must have; another may be one
     * that this hardware lacks.
     */
    void inEachPrecision(Findings findings, Deadline deadline, Work work) {
        List<String> precisions = provider.precisions();
        for (int i = 0; i < precisions.size(); i++) {
            String precision = precisions.get(i);
            findings.in(precision);
            try (Backend backend = open(precision, /* deterministic= */ false)) {
                work.run(backend, deadline.part(precisions.size() - i));
            } catch (IllegalStateException e) {
                if (i == 0) {
                    findings.attempt("open", failed(e));
                } else {
                    findings.notRun("open", String.valueOf(e.getMessage()));
                }
            } catch (RuntimeException | LinkageError e) {
                findings.attempt("open and close", failed(e));
            }
        }
        findings.in("");
    }

    private static Callable<Outcome> failed(Throwable e) {
        return () -> Outcome.failed(e.toString());
    }
}
