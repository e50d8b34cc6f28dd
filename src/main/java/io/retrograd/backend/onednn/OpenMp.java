package io.retrograd.backend.onednn;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;

/**
 * The OpenMP runtime that oneDNN computes with.
 *
 * <p>The number of threads is a setting of each calling thread, and oneDNN has no call for it.
 */
final class OpenMp {
    private static final ThreadLocal<int[]> CURRENT = ThreadLocal.withInitial(() -> new int[1]);

    /** Looks a thread takes before it sleeps, about 20 µs; the runtime's own choice is 300,000. */
    private static final String SPIN_COUNT = "10000";

    /** What oneDNN is built with there; it is loaded by then, and found by its name. */
    private static final String WINDOWS_RUNTIME = "vcomp140";

    private OpenMp() {}

    /** The runtime's call, found once oneDNN is loaded; mapped so that it allocates nothing. */
    private static final class Loaded {
        private static final boolean FOUND = find();

        /** On Windows a process has no symbols of its libraries: the runtime is asked itself. */
        private static boolean find() {
            for (Supplier<NativeLibrary> place : places()) {
                try {
                    Native.register(Loaded.class, place.get());
                    return true;
                } catch (UnsatisfiedLinkError e) {
                    // The next one.
                }
            }
            return false;
        }

        private static List<Supplier<NativeLibrary>> places() {
            if (Platform.isWindows()) {
                return List.of(() -> NativeLibrary.getInstance(WINDOWS_RUNTIME));
            }
            List<String> runtimes =
                    Loader.getLoadedLibraries().values().stream()
                            .filter(path -> path.contains("omp"))
                            .toList();
            runtimes.forEach(Loader::loadGlobal);
            List<Supplier<NativeLibrary>> places = new ArrayList<>();
            places.add(NativeLibrary::getProcess);
            runtimes.forEach(path -> places.add(() -> NativeLibrary.getInstance(path)));
            return places;
        }

        // The name is the runtime's.
        @SuppressWarnings("checkstyle:MethodName")
        static native void omp_set_num_threads(int threads);
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

    /** Sets how many threads the calling thread computes with, itself included. */
    static void use(int threads) {
        int[] current = CURRENT.get();
        if (current[0] == threads) {
            return;
        }
        if (!Loaded.FOUND) {
            throw new IllegalStateException(
                    "threads: expected an OpenMP runtime with omp_set_num_threads, got none; set"
                            + " OMP_NUM_THREADS and ask for no number");
        }
        Loaded.omp_set_num_threads(threads);
        current[0] = threads;
    }
}
