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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
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
    private static final String REAL = "REAL";

    /** The files. To add one, add it here. */
    private static final List<String> FILES =
            List.of(
                    "activation",
                    "adagrad",
                    "adam",
                    "add",
                    "average_pooling",
                    "axpy",
                    "batch_norm",
                    "bias",
                    "concat",
                    "convolution",
                    "cross_entropy",
                    "depthwise",
                    "dropout",
                    "embedding",
                    "fill",
                    "gradients",
                    "local_response_norm",
                    "max_pooling",
                    "over_time",
                    "philox",
                    "pointwise_loss",
                    "prelu",
                    "recurrent",
                    "rms_prop",
                    "row_norm",
                    "sgd",
                    "sum",
                    "transpose");

    /** What the files include. */
    private static final List<String> HEADERS =
            List.of(
                    "channel.cuh",
                    "convolution.cuh",
                    "index.cuh",
                    "length.cuh",
                    "parameters.cuh",
                    "philox.cuh",
                    "real.cuh",
                    "reduce.cuh",
                    "window.cuh");

    private static final Pattern KERNEL =
            Pattern.compile("__global__\\s+void\\s+(?:__launch_bounds__\\([^)]*\\)\\s+)?(\\w+)\\(");

    private final CudaContext context;
    private final ElementType real;
    private final Map<String, CudaKernel> kernels = new HashMap<>();
    private final Map<KernelProgram, Map<String, CudaKernel>> others = new HashMap<>();
    private final List<CUmodule> modules = new ArrayList<>();

    /**
     * Loads all kernels for the context's GPU.
     *
     * @param real what {@code real} stands for in them
     * @param log told in a line what is compiled, if anything is
     */
    public CudaKernels(CudaContext context, ElementType real, Consumer<String> log) {
        this.context = context;
        this.real = real;
        List<KernelProgram> programs = programs(real);
        Map<KernelProgram, KernelImage> images = new LinkedHashMap<>();
        if (!context.standin()) {
            programs.forEach(p -> packed(p).ifPresent(image -> images.put(p, image)));
        }
        List<KernelProgram> missing = new ArrayList<>(programs);
        missing.removeAll(images.keySet());
        if (!missing.isEmpty()) {
            images.putAll(compiled(context, missing, log));
        }
        images.forEach((program, image) -> kernels.putAll(load(program, image)));
    }

    /** A kernel by its name in the source. */
    public CudaKernel get(String name) {
        CudaKernel kernel = kernels.get(name);
        if (kernel == null) {
            throw new IllegalArgumentException("CudaKernels: there is no kernel " + name);
        }
        return kernel;
    }

    /**
     * Kernels of another source, in which {@code real} has the same meaning; compiled once.
     *
     * @param file its name in messages
     * @throws IllegalArgumentException if it does not compile or has no such kernels
     */
    Map<String, CudaKernel> compile(String file, String source, List<String> names) {
        KernelProgram program =
                new KernelProgram(file, source, Map.of(), names, Map.of("real", real.cuda()));
        return others.computeIfAbsent(
                program,
                p -> {
                    names.forEach(name -> signature(p, name));
                    Map<KernelProgram, KernelImage> images =
                            compiled(context, List.of(p), line -> {});
                    return load(p, Objects.requireNonNull(images.get(p)));
                });
    }

    /** Unloads them. Work that uses them must be done. */
    @Override
    public void close() {
        modules.forEach(JCudaDriver::cuModuleUnload);
        modules.clear();
        kernels.clear();
        others.clear();
    }

    private Map<String, CudaKernel> load(KernelProgram program, KernelImage image) {
        CUmodule module = CudaKernel.load(image);
        modules.add(module);
        Map<String, CudaKernel> loaded = new HashMap<>();
        for (String name : program.kernels()) {
            KernelSignature signature = signature(program, name);
            loaded.put(name, CudaKernel.of(signature, module, image, name, () -> {}));
        }
        return loaded;
    }

    private KernelSignature signature(KernelProgram program, String name) {
        return KernelSignature.of(program.source(), name, Map.of("real", real));
    }

    private static Map<KernelProgram, KernelImage> compiled(
            CudaContext context, List<KernelProgram> programs, Consumer<String> log) {
        KernelCompiler compiler = new KernelCompiler(context.architecture());
        KernelCache cache =
                context.standin() ? null : new KernelCache(UserCache.folder().resolve("kernels"));
        return new KernelBuild(compiler, cache, log).images(programs);
    }

    static List<KernelProgram> programs(ElementType real) {
        Map<String, String> headers = new HashMap<>();
        HEADERS.forEach(header -> headers.put(header, text(header)));
        Map<String, String> defines = Map.of(REAL, real.cuda());
        return FILES.stream()
                .map(
                        name -> {
                            String source = text(name + ".cu");
                            return new KernelProgram(
                                    name + ".cu", source, headers, kernels(source), defines);
                        })
                .toList();
    }

    private static List<String> kernels(String source) {
        return KERNEL.matcher(source).results().map(kernel -> kernel.group(1)).toList();
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
        String name = program.file().replaceFirst("cu$", program.defines().get(REAL) + ".fatbin");
        byte[] code = resource(name);
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
