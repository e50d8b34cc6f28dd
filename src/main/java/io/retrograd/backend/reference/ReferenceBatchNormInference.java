package io.retrograd.backend.reference;

import io.retrograd.operation.BatchNormSpec;

/** Batch normalisation by the running statistics, which are constants here. */
final class ReferenceBatchNormInference extends ReferenceBatchNorm {
    private final BatchNormSpec spec;
    private final ReferenceTensor runningMean;
    private final ReferenceTensor runningVar;

    ReferenceBatchNormInference(
            WorkerPool pool,
            BatchNormSpec spec,
            ReferenceTensor x,
            ReferenceTensor w,
            ReferenceTensor b,
            ReferenceTensor runningMean,
            ReferenceTensor runningVar,
            ReferenceTensor y) {
        super(pool, x, w, b, y);
        this.spec = spec;
        this.runningMean = runningMean;
        this.runningVar = runningVar;
    }

    @Override
    void statistics(int c) {
        save(c, runningMean.get(c), runningVar.get(c) + spec.eps());
    }

    @Override
    double meanDerivative() {
        return 0;
    }
}
