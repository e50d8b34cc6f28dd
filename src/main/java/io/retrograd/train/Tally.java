package io.retrograd.train;

/** Sums the results of batches. */
final class Tally {
    private final ConfusionMatrix confusion;
    private double weightedLoss;
    private int samples;

    Tally(int classes) {
        confusion = new ConfusionMatrix(classes);
    }

    /** Adds a batch whose output has been read. */
    void add(Batch batch, double loss) {
        weightedLoss += loss * batch.size();
        samples += batch.size();
        for (int n = 0; n < batch.size(); n++) {
            confusion.add(batch.labels()[n], batch.predicted(n));
        }
    }

    int samples() {
        return samples;
    }

    /** The mean of the batches' losses, each weighted by its number of samples. */
    double loss() {
        return weightedLoss / samples;
    }

    double accuracy() {
        return confusion.accuracy();
    }

    Evaluation evaluation() {
        return new Evaluation(loss(), accuracy(), confusion);
    }
}
