package io.retrograd.backend.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes programs from the cache, compiles the others in parallel, and keeps them. */
final class KernelBuild {
    /** How the line begins that says what is compiled. */
    static final String COMPILING = "compiling ";

    private final KernelCompiler compiler;
    private final @Nullable KernelCache cache;
    private final Consumer<String> log;

    /**
     * How to build.
     *
     * @param cache null to keep nothing
     * @param log told in a line what is compiled, if anything is
     */
    KernelBuild(KernelCompiler compiler, @Nullable KernelCache cache, Consumer<String> log) {
        this.compiler = compiler;
        this.cache = cache;
        this.log = log;
    }

    /**
     * An image for each program, in their order.
     *
     * @throws KernelException if one does not compile
     */
    Map<KernelProgram, KernelImage> images(List<KernelProgram> programs) {
        Map<KernelProgram, KernelImage> images = new LinkedHashMap<>();
        ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            build(programs, images, pool);
        } finally {
            pool.shutdown();
        }
        return images;
    }

    private void build(
            List<KernelProgram> programs,
            Map<KernelProgram, KernelImage> images,
            ExecutorService pool) {
        Map<KernelProgram, CompletableFuture<KernelImage>> compiling = new LinkedHashMap<>();
        List<String> files = new ArrayList<>();
        for (KernelProgram program : programs) {
            KernelImage kept = cache == null ? null : cache.find(program, compiler).orElse(null);
            if (kept == null) {
                files.add(program.file());
                compiling.put(program, CompletableFuture.supplyAsync(() -> build(program), pool));
            } else {
                images.put(program, kept);
            }
        }
        if (!files.isEmpty()) {
            log.accept(line(files));
        }
        compiling.forEach((program, image) -> images.put(program, join(image)));
    }

    private KernelImage build(KernelProgram program) {
        KernelImage image = compiler.compile(program);
        if (cache != null) {
            cache.keep(program, compiler, image);
        }
        return image;
    }

    private String line(List<String> files) {
        return COMPILING
                + files.size()
                + " CUDA files for "
                + compiler.architecture()
                + " with NVRTC "
                + compiler.version()
                + (cache == null ? "" : ", once: they are kept in " + cache.folder());
    }

    private static KernelImage join(CompletableFuture<KernelImage> image) {
        try {
            return image.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KernelException known) {
                throw known;
            }
            throw e;
        }
    }
}
