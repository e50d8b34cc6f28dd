package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

/** Batch normalisation by the running statistics, which are constants here. */
final class ReferenceBatchNormInference extends ReferenceBatchNorm {
    ReferenceBatchNormInference(WorkerPool pool, Normalizations.BatchNorm o) {
        super(pool, o);
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
