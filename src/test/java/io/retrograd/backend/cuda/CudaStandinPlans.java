package io.retrograd.backend.cuda;

import io.retrograd.backend.Backend;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.conformance.Plans;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.util.List;

/** cuDNN's algorithms for convolutions, and in float64 our own kernels too: they are the same. */
public final class CudaStandinPlans implements Plans {
    @Override
    public String device() {
        return CudaPlatform.STANDIN.device();
    }

    @Override
    public List<Backend> open(String precision) {
        Backend cudnn = new CudaStandinProvider().open(OpenOptions.of(precision).threads(1));
        return precision.equals("float64") ? List.of(cudnn, own(precision)) : List.of(cudnn);
    }

    private static Backend own(String precision) {
        return new CudaBackend(
                CudaPlatform.STANDIN,
                CudaPrecision.of(precision),
                /* deterministic= */ false,
                new CudaFixedChoices("own depthwise", "own direct"),
                line -> {});
    }

    /** The same: the stand-in's ways are all right. */
    @Override
    public List<Backend> rehearsed(String precision) {
        return open(precision);
    }
}
