package io.retrograd.backend.cuda;

import io.retrograd.backend.Backend;
import io.retrograd.backend.BackendProvider;
import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Gpu;
import io.retrograd.backend.Diagnosis.Problem;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Offers the machine's GPUs. */
public class CudaProvider implements BackendProvider {
    private static final int PRIORITY = 20;
    private static final Problem NO_TRAINING =
            new Problem(
                    /* fatal= */ false,
                    "this version finds and loads CUDA but does not compute on it yet",
                    "this version",
                    "one with the CUDA backend",
                    "use --device cpu");

    private final CudaPlatform platform;

    public CudaProvider() {
        this(CudaPlatform.MACHINE);
    }

    CudaProvider(CudaPlatform platform) {
        this.platform = platform;
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
            return new Availability(/* usable= */ false, obstacle.get().what());
        }
        Diagnosis found = platform.diagnose();
        return new Availability(
                /* usable= */ false,
                found.usable() ? gpus(found) + "; " + NO_TRAINING.what() : found.summary());
    }

    @Override
    public Diagnosis diagnose() {
        Diagnosis found = platform.diagnose();
        return found.usable() ? found.with(NO_TRAINING) : found;
    }

    @Override
    public Backend open(String precision, int threads, boolean deterministic) {
        return new CudaBackend(
                platform, CudaPrecision.of(precision), deterministic, System.err::println);
    }

    private static String gpus(Diagnosis found) {
        return found.gpus().stream().map(Gpu::line).collect(Collectors.joining("; "));
    }
}
