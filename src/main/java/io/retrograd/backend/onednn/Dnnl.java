package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_invalid_arguments;
import static org.bytedeco.dnnl.global.dnnl.dnnl_out_of_memory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencl.global.OpenCL;
import org.jspecify.annotations.Nullable;

/** Loads oneDNN and checks the status of its calls. */
final class Dnnl {
    private static boolean tried;
    private static @Nullable LoadFailure failure;

    private Dnnl() {}

    /**
     * Loads the library, or says again why it could not be loaded: a failed class stays failed.
     *
     * @throws IllegalStateException if it cannot be used
     */
    static synchronized void load() {
        if (!tried) {
            tried = true;
            limitByPhysicalMemory();
            failure = tryLoading();
        }
        if (failure != null) {
            throw new IllegalStateException(failure.message(), failure.cause());
        }
    }

    /** Whether this build has no oneDNN for this machine; false too if it has, and it is broken. */
    static synchronized boolean absent() {
        return failure != null && failure.absent();
    }

    private static @Nullable LoadFailure tryLoading() {
        Path folder;
        try {
            folder = NativeFolder.prepare();
        } catch (IllegalStateException e) {
            return new LoadFailure(String.valueOf(e.getMessage()), /* absent= */ false, e);
        }
        try {
            loadAll();
            NativeFolder.unpacked(folder);
            return null;
        } catch (LinkageError | IllegalCallerException | CompletionException e) {
            return LoadFailure.of(folder, e);
        }
    }

    /** The part that is not OpenMP's loads while OpenMP is configured. */
    private static void loadAll() {
        CompletableFuture<@Nullable Void> openCl =
                CompletableFuture.runAsync(() -> Loader.load(OpenCL.class));
        OpenMp.configure();
        // Throws what failed there: a class that one thread failed to load tells others no reason.
        openCl.join();
        Loader.load(org.bytedeco.dnnl.global.dnnl.class);
    }

    /**
     * Lets native memory be as large as there is memory: JavaCPP would let it be as large as the
     * Java heap, and count what the process has beside it too. {@link OneDnnMemory} looks at what
     * there is before anything is allocated.
     */
    private static void limitByPhysicalMemory() {
        for (String limit : List.of("maxBytes", "maxPhysicalBytes")) {
            String property = "org.bytedeco.javacpp." + limit;
            if (System.getProperty(property) == null) {
                System.setProperty(property, "0");
            }
        }
    }

    /** As in {@code 3.11.0}. */
    static String version() {
        dnnl_version_t version = dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    /** oneDNN's number of the instruction sets that it uses here. */
    static int isa() {
        return dnnl_get_effective_cpu_isa();
    }

    /** Whether a call found no implementation; any other failure is an exception. */
    static boolean unimplemented(int status, String call) {
        if (status == dnnl_unimplemented || status == dnnl_invalid_arguments) {
            return true;
        }
        check(status, call);
        return false;
    }

    /**
     * Checks what a call returned.
     *
     * @throws IllegalStateException if that is not success
     */
    static void check(int status, String call) {
        if (status == dnnl_success) {
            return;
        }
        throw new IllegalStateException(
                status == dnnl_out_of_memory
                        ? "oneDNN: " + call + ": not enough memory; make the batch smaller"
                        : "oneDNN: " + call + " failed with status " + status);
    }

    /**
     * A parameter as oneDNN takes it.
     *
     * @throws IllegalArgumentException if it would become infinite
     */
    static float float32(double parameter) {
        Checks.fits("cpu: a parameter", parameter, DType.FLOAT32);
        return (float) parameter;
    }
}
