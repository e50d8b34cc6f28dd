package io.retrograd.backend.cuda;

import io.retrograd.backend.UserCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of {@code kernels/*.cu}, for one GPU.
 *
 * <p>A release carries them compiled. Otherwise NVRTC compiles their sources at the first use on
 * this machine, all files in parallel, and they are kept in the user's cache. On the CPU stand-in
 * they are always compiled from source, and the stand-in keeps them itself.
 */
public final class CudaKernels implements AutoCloseable {
    private static final String FOLDER = "kernels/";

    /** The files, and the kernels of each. To add a kernel, add it here. */
    private static final Map<String, List<String>> FILES =
            Map.of(
                    "fill", List.of("fill"),
                    "axpy", List.of("axpy"),
                    "philox", List.of("philox_uniform", "philox_normal", "philox_mask"),
                    "sum", List.of("sum_blocks", "sum_partials"));

    /** What the files include. */
    private static final List<String> HEADERS = List.of("philox.cuh");

    private final Map<String, CudaKernel> kernels = new HashMap<>();
    private final List<CUmodule> modules = new ArrayList<>();

    /**
     * Loads all kernels for the context's GPU.
     *
     * @param log told in a line what is compiled, if anything is
     */
    public CudaKernels(CudaContext context, Consumer<String> log) {
        List<KernelProgram> programs = programs();
        Map<KernelProgram, KernelImage> images = new LinkedHashMap<>();
        if (!context.standin()) {
            programs.forEach(p -> packed(p).ifPresent(image -> images.put(p, image)));
        }
        List<KernelProgram> missing = new ArrayList<>(programs);
        missing.removeAll(images.keySet());
        if (!missing.isEmpty()) {
            images.putAll(compiled(context, missing, log));
        }
        images.forEach(this::load);
    }

    /** A kernel by its name in the source. */
    public CudaKernel get(String name) {
        CudaKernel kernel = kernels.get(name);
        if (kernel == null) {
            throw new IllegalArgumentException("CudaKernels: there is no kernel " + name);
        }
        return kernel;
    }

    /** Unloads them. Work that uses them must be done. */
    @Override
    public void close() {
        modules.forEach(JCudaDriver::cuModuleUnload);
        modules.clear();
        kernels.clear();
    }

    private void load(KernelProgram program, KernelImage image) {
        CUmodule module = CudaKernel.load(image);
        modules.add(module);
        for (String name : program.kernels()) {
            KernelSignature signature = KernelSignature.of(program.source(), name);
            kernels.put(name, CudaKernel.of(signature, module, image, name, () -> {}));
        }
    }

    private static Map<KernelProgram, KernelImage> compiled(
            CudaContext context, List<KernelProgram> programs, Consumer<String> log) {
        KernelCompiler compiler = new KernelCompiler(context.architecture());
        KernelCache cache =
                context.standin() ? null : new KernelCache(UserCache.folder().resolve("kernels"));
        return new KernelBuild(compiler, cache, log).images(programs);
    }

    static List<KernelProgram> programs() {
        Map<String, String> headers = new HashMap<>();
        HEADERS.forEach(header -> headers.put(header, text(header)));
        return FILES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(
                        file ->
                                new KernelProgram(
                                        file.getKey() + ".cu",
                                        text(file.getKey() + ".cu"),
                                        headers,
                                        file.getValue()))
                .toList();
    }

    private static String text(String name) {
        byte[] bytes = resource(name);
        if (bytes == null) {
            throw new IllegalStateException("CudaKernels: " + name + " is not in the jar");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What a release carries: code for the architectures that it was built for, and PTX. */
    private static Optional<KernelImage> packed(KernelProgram program) {
        byte[] code = resource(program.file().replaceFirst("\\.cu$", ".fatbin"));
        return Optional.ofNullable(code).map(c -> new KernelImage(c, Map.of()));
    }

    private static byte @Nullable [] resource(String name) {
        try (InputStream in = CudaKernels.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
