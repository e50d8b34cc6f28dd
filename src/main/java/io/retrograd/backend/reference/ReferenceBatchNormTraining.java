package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

/**
 * Batch normalisation by the batch's own statistics.
 *
 * <pre>
 *   mean[c] = Σ x / M        var[c] = Σ (x − mean[c])² / M
 *
 *   running mean ← (1 − momentum)·running mean + momentum·mean
 *   running var  ← (1 − momentum)·running var  + momentum·var·M/(M − 1)
 * </pre>
 *
 * The running variance takes the unbiased estimate, as in PyTorch; every forward pass moves both.
 */
final class ReferenceBatchNormTraining extends ReferenceBatchNorm {
    private final int count;

    ReferenceBatchNormTraining(WorkerPool pool, Normalizations.BatchNorm o) {
        super(pool, o);
        count = batch * inner;
    }

    @Override
    void statistics(int c) {
        double mean = sum(c) / count;
        double squares = sumOfSquares(c, mean);
        save(c, mean, squares / count + spec.eps());
        move(runningMean, c, mean);
        move(runningVar, c, squares / (count - 1));
    }

    private double sum(int c) {
        double sum = 0;
        for (int n = 0; n < batch; n++) {
            for (int i = first(n, c); i < first(n, c) + inner; i++) {
                sum += x.get(i);
            }
        }
        return sum;
    }

    private double sumOfSquares(int c, double mean) {
        double sum = 0;
        for (int n = 0; n < batch; n++) {
            for (int i = first(n, c); i < first(n, c) + inner; i++) {
                sum += (x.get(i) - mean) * (x.get(i) - mean);
            }
        }
        return sum;
    }

    private void move(ReferenceTensor running, int c, double value) {
        running.set(c, (1 - spec.momentum()) * running.get(c) + spec.momentum() * value);
    }

    @Override
    double meanDerivative() {
        return 1.0 / count;
    }
}
