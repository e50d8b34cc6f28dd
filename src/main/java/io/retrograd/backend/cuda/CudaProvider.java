package io.retrograd.backend.cuda;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Gpu;
import io.retrograd.backend.Diagnosis.Problem;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Offers the machine's GPUs. */
public class CudaProvider implements BackendProvider {
    private static final int PRIORITY = 20;

    private final CudaPlatform platform;
    private final Consumer<String> log;

    /** Of the GPU; null for the first that can be used. */
    private final @Nullable Integer number;

    public CudaProvider() {
        this(CudaPlatform.MACHINE, System.err::println);
    }

    /**
     * Offers a platform's.
     *
     * @param log told in a line what is compiled, if anything is
     */
    CudaProvider(CudaPlatform platform, Consumer<String> log) {
        this(platform, log, /* number= */ null);
    }

    private CudaProvider(CudaPlatform platform, Consumer<String> log, @Nullable Integer number) {
        this.platform = platform;
        this.log = log;
        this.number = number;
    }

    @Override
    public BackendProvider numbered(int gpu) {
        return new CudaProvider(platform, log, gpu);
    }

    @Override
    public String name() {
        return platform.device() + (number == null ? "" : ":" + number);
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public List<String> precisions() {
        return CudaPrecision.all();
    }

    @Override
    public Availability probe() {
        Optional<Problem> obstacle = platform.obstacle();
        if (obstacle.isPresent()) {
            return Availability.missing(obstacle.get().what());
        }
        Diagnosis found = platform.diagnose();
        return found.usable()
                ? Availability.usable(gpus(found))
                : Availability.missing(found.summary());
    }

    @Override
    public Diagnosis diagnose() {
        return platform.diagnose();
    }

    /**
     * Opens the GPU. With one stream and no atomics, only cuDNN's convolutions can give results
     * that differ from run to run; deterministic ones are chosen among those that do not. The
     * number of threads has no meaning here.
     */
    @Override
    public Backend open(OpenOptions options) {
        return new CudaBackend(
                new CudaDevice(
                        platform,
                        gpu(platform.require()).index(),
                        options,
                        /* choices= */ null,
                        log));
    }

    /** The GPU that was asked for, or the first that can be used. */
    private Gpu gpu(Diagnosis found) {
        Integer wanted = number;
        if (wanted != null && wanted >= found.gpus().size()) {
            throw new IllegalStateException(
                    String.format(
                            "device %s: expected a number below %d, as there are so many GPUs,"
                                    + " got %d",
                            name(), found.gpus().size(), wanted));
        }
        if (wanted != null && !found.gpus().get(wanted).usable()) {
            throw new IllegalStateException(
                    String.format(
                            "device %s: expected a GPU of compute capability 7.5 or newer, got %s",
                            name(), found.gpus().get(wanted).line()));
        }
        return found.gpus().stream()
                .filter(gpu -> wanted == null ? gpu.usable() : gpu.index() == wanted)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("device " + name() + ": no GPU"));
    }

    private static String gpus(Diagnosis found) {
        return found.gpus().stream().map(Gpu::line).collect(Collectors.joining("; "));
    }
}
