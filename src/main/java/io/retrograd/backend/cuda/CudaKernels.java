package io.retrograd.backend.cuda;

import io.retrograd.host.UserCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import jcuda.CudaException;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/**
 * The kernels of {@code kernels/*.cu}, for one GPU.
 *
 * <p>A release carries them compiled. Otherwise, and where these do not fit the GPU or its driver,
 * NVRTC compiles their sources at the first use on this machine, all files in parallel, and they
 * are kept in the user's cache; the CPU stand-in keeps them itself.
 */
public final class CudaKernels implements AutoCloseable {
    private static final String REAL = "REAL";

    private static final Pattern KERNEL =
            Pattern.compile("__global__\\s+void\\s+(?:__launch_bounds__\\([^)]*\\)\\s+)?(\\w+)\\(");

    private final CudaContext context;
    private final ElementType real;
    private final Map<String, CudaKernel> kernels = new HashMap<>();
    private final Map<KernelProgram, Map<String, CudaKernel>> others = new HashMap<>();
    private final List<CUmodule> modules = new ArrayList<>();
    private boolean packedFits = true;

    /**
     * Loads all kernels for the context's GPU.
     *
     * @param real what {@code real} stands for in them
     * @param log told in a line what is compiled, if anything is
     */
    public CudaKernels(CudaContext context, ElementType real, Consumer<String> log) {
        this.context = context;
        this.real = real;
        List<KernelProgram> missing = new ArrayList<>();
        for (KernelProgram program : programs(real)) {
            if (!loadPacked(program, log)) {
                missing.add(program);
            }
        }
        if (!missing.isEmpty()) {
            compiled(context, missing, log)
                    .forEach((program, image) -> kernels.putAll(load(program, image)));
        }
    }

    /** Loads what a release carries; false if it carries none, or none for this GPU and driver. */
    private boolean loadPacked(KernelProgram program, Consumer<String> log) {
        Optional<KernelImage> image = packed(program);
        if (image.isEmpty() || !packedFits) {
            return false;
        }
        try {
            kernels.putAll(load(program, image.get()));
            return true;
        } catch (CudaException e) {
            packedFits = false;
            log.accept(
                    "the release's kernels cannot be loaded for this GPU and driver ("
                            + e.getMessage()
                            + "): NVRTC compiles them");
            return false;
        }
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
        KernelFiles.names(".cuh").forEach(name -> headers.put(name, KernelFiles.text(name)));
        Map<String, String> defines = Map.of(REAL, real.cuda());
        return KernelFiles.names(".cu").stream()
                .map(
                        name -> {
                            String source = KernelFiles.text(name);
                            return new KernelProgram(
                                    name, source, headers, kernels(source), defines);
                        })
                .toList();
    }

    private static List<String> kernels(String source) {
        return KERNEL.matcher(source).results().map(kernel -> kernel.group(1)).toList();
    }

    /** What a release carries: code for the architectures that it was built for, and PTX. */
    private static Optional<KernelImage> packed(KernelProgram program) {
        String name = program.file().replaceFirst("cu$", program.defines().get(REAL) + ".fatbin");
        byte[] code = KernelFiles.bytes(name);
        return Optional.ofNullable(code).map(c -> new KernelImage(c, Map.of()));
    }

    /** A constant's number in the kernels, whose enums have Java's order, as a test makes sure. */
    @SuppressWarnings("EnumOrdinal")
    static int number(Enum<?> constant) {
        return constant.ordinal();
    }
}
