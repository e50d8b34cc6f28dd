package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Problem;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CUDA in this process: the machine's, or the CPU stand-in; the first that is asked for stays.
 *
 * <p>All methods are safe for threads.
 */
public enum CudaPlatform {
    /** The machine's driver and libraries. */
    MACHINE("cuda"),

    /** Libraries that compute the same on the CPU, for tests. */
    STANDIN(Standin.DEVICE);

    private static final Map<CudaPlatform, Diagnosis> KNOWN = new EnumMap<>(CudaPlatform.class);

    private static @Nullable CudaPlatform loaded;

    private final String device;

    CudaPlatform(String device) {
        this.device = device;
    }

    /** As in {@code --device}. */
    public String device() {
        return device;
    }

    /**
     * Loads CUDA as far as it is here, on the first call, and says what was found and what is
     * wrong. JCuda's classes throw exceptions from then on.
     */
    public Diagnosis diagnose() {
        synchronized (KNOWN) {
            Diagnosis known = KNOWN.get(this);
            if (known != null) {
                return known;
            }
            CudaPlatform held = loaded;
            if (held != null) {
                return unusable(Problems.otherCuda(held.device, device));
            }
            loaded = this;
            Examination examination = new Examination(Host.here());
            Diagnosis found =
                    this == MACHINE ? examination.machine() : examination.standin(Standin.folder());
            KNOWN.put(this, found);
            return found;
        }
    }

    /**
     * Why it cannot be used, as far as that is known without loading anything; empty if it may be
     * usable.
     */
    public Optional<Problem> obstacle() {
        if (this == STANDIN) {
            return Standin.obstacle(Standin.folder());
        }
        Host host = Host.here();
        return Examination.obstacle(host, Search.of(host));
    }

    /**
     * Loads it for use.
     *
     * @throws IllegalStateException if it cannot be used; the message says what is missing, where
     *     it was looked for, and the command that brings it
     */
    public Diagnosis require() {
        Diagnosis found = diagnose();
        if (!found.usable()) {
            throw new IllegalStateException("device " + device + ": " + found.reason());
        }
        return found;
    }

    private Diagnosis unusable(Problem problem) {
        return new Diagnosis(device, /* usable= */ false, List.of(), List.of(), List.of(problem));
    }
}
