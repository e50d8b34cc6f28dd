package io.retrograd.backend.onednn;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * The OpenMP runtime that oneDNN computes with.
 *
 * <p>The number of threads is a setting of each calling thread, and oneDNN has no call for it.
 */
final class OpenMp {
    private static final String SET_THREADS = "omp_set_num_threads";
    private static final ThreadLocal<int[]> CURRENT = ThreadLocal.withInitial(() -> new int[1]);

    /** Looks a thread takes before it sleeps, about 20 µs; the runtime's own choice is 300,000. */
    private static final String SPIN_COUNT = "10000";

    private OpenMp() {}

    /** Found once oneDNN is loaded. */
    private static final class Loaded {
        private static final @Nullable Function SETTER = find();
    }

    /**
     * Has the runtime, which reads its settings when it is loaded, put waiting threads to sleep
     * soon. By default they keep their core for milliseconds, so that one busy process beside this
     * one slows every step down by a factor of 100.
     */
    static void configure() {
        if (Platform.isLinux()
                && System.getenv("GOMP_SPINCOUNT") == null
                && System.getenv("OMP_WAIT_POLICY") == null) {
            Function.getFunction("c", "setenv")
                    .invokeInt(new Object[] {"GOMP_SPINCOUNT", SPIN_COUNT, 0});
        }
    }

    /** Lets the calling thread compute with so many threads, itself included. */
    static void use(int threads) {
        int[] current = CURRENT.get();
        if (current[0] == threads) {
            return;
        }
        Function setter = Loaded.SETTER;
        if (setter == null) {
            throw new IllegalStateException(
                    "--threads: expected an OpenMP runtime with "
                            + SET_THREADS
                            + ", got none; set OMP_NUM_THREADS and leave --threads out");
        }
        setter.invokeVoid(new Object[] {threads});
        current[0] = threads;
    }

    private static @Nullable Function find() {
        Loader.getLoadedLibraries().values().stream()
                .filter(path -> path.contains("omp"))
                .forEach(Loader::loadGlobal);
        org.bytedeco.javacpp.Pointer address = Loader.addressof(SET_THREADS);
        return address == null ? null : Function.getFunction(new Pointer(address.address()));
    }
}
