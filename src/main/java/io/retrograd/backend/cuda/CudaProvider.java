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

/** Offers the machine's GPUs. */
public class CudaProvider implements BackendProvider {
    private static final int PRIORITY = 20;

    private final CudaPlatform platform;
    private final Consumer<String> log;

    public CudaProvider() {
        this(CudaPlatform.MACHINE, System.err::println);
    }

    /**
     * Offers a platform's.
     *
     * @param log told in a line what is compiled, if anything is
     */
    CudaProvider(CudaPlatform platform, Consumer<String> log) {
        this.platform = platform;
        this.log = log;
    }

    @Override
    public String name() {
        return platform.device();
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
     * Opens the first GPU. With one stream and no atomics, only cuDNN's convolutions can give
     * results that differ from run to run; deterministic ones are chosen among those that do not.
     * The number of threads has no meaning here.
     */
    @Override
    public Backend open(OpenOptions options) {
        return new CudaBackend(
                new CudaDevice(
                        platform,
                        CudaPrecision.of(options.precision()),
                        options.deterministic(),
                        /* choices= */ null,
                        options.plan(),
                        log));
    }

    private static String gpus(Diagnosis found) {
        return found.gpus().stream().map(Gpu::line).collect(Collectors.joining("; "));
    }
}
