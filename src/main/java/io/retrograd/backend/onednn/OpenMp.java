package io.retrograd.backend.onednn;

import com.sun.jna.Function;
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
    private static final @Nullable Function SETTER = find();

    private OpenMp() {}

    /** Lets the calling thread compute with so many threads, itself included. */
    static void use(int threads) {
        int[] current = CURRENT.get();
        if (current[0] == threads) {
            return;
        }
        if (SETTER == null) {
            throw new IllegalStateException(
                    "--threads: expected an OpenMP runtime with "
                            + SET_THREADS
                            + ", got none; set OMP_NUM_THREADS and leave --threads out");
        }
        SETTER.invokeVoid(new Object[] {threads});
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
