package io.retrograd.cli;

import io.retrograd.data.NaiveBayes;
import io.retrograd.data.Texts;
import io.retrograd.data.TrainTest;
import io.retrograd.train.ConfusionMatrix;
import io.retrograd.train.Evaluation;
import io.retrograd.train.History;
import io.retrograd.train.LabelledDataset;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What came out of a training.
 *
 * @param seconds that training took
 * @param test the trained network on samples that it has not seen
 */
record TrainingResult(History history, double seconds, Evaluation test) {
    /**
     * Prints it for people.
     *
     * @param tested the samples of {@code test}
     */
    void print(LabelledDataset tested, PrintWriter out) {
        out.printf(
                "trained %d epochs in %.1f s%n%ntest accuracy %.2f %% on %,d %s, loss %.4f%n",
                history.epochs().size(),
                seconds,
                100 * test.accuracy(),
                test.requireConfusion().total(),
                DataOptions.kind(tested),
                test.loss());
        if (!tested.labelNames().isEmpty()) {
            out.println("labels from 0: " + String.join(", ", tested.labelNames()));
        }
        out.printf(
                "confusion, one row a label, one column a prediction%n%s%n",
                test.requireConfusion());
        out.flush();
    }

    /** The confusion as lists, one a label. */
    List<List<Long>> confusion() {
        ConfusionMatrix confusion = test.requireConfusion();
        return IntStream.range(0, confusion.classes())
                .mapToObj(
                        label ->
                                IntStream.range(0, confusion.classes())
                                        .mapToObj(predicted -> confusion.count(label, predicted))
                                        .toList())
                .toList();
    }

    /** The accuracy of naive Bayes on the same texts. */
    static double baseline(TrainTest parts) {
        if (parts.train() instanceof Texts train && parts.test() instanceof Texts test) {
            return new NaiveBayes(train).accuracy(test);
        }
        throw new IllegalStateException("--baseline: expected texts");
    }
}
