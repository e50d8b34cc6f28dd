package io.retrograd.metric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Counts, for each class, of what was predicted as it, is of it, and both. */
final class Counts {
    private final long[] right;
    private final long[] predicted;
    private final long[] actual;

    Counts(int classes) {
        right = new long[classes];
        predicted = new long[classes];
        actual = new long[classes];
    }

    /**
     * Adds a sample.
     *
     * @param guess its predicted class, or −1 for none
     */
    void add(int label, int guess) {
        actual[label]++;
        if (guess >= 0) {
            predicted[guess]++;
            right[label] += guess == label ? 1 : 0;
        }
    }

    /** Adds whether a sample is of a class, and is predicted to be. */
    void add(int c, boolean is, boolean guessed) {
        actual[c] += is ? 1 : 0;
        predicted[c] += guessed ? 1 : 0;
        right[c] += is && guessed ? 1 : 0;
    }

    /** All counts: right, predicted, actual, each of every class. */
    List<Long> toList() {
        return Stream.of(right, predicted, actual).flatMapToLong(Arrays::stream).boxed().toList();
    }

    /** Adds what {@link #toList} gave. */
    void add(List<Long> more) {
        int classes = right.length;
        if (more.size() != 3 * classes || more.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException(
                    String.format(
                            "counts: expected %d numbers of at least 0, got %s",
                            3 * classes, more));
        }
        for (int c = 0; c < classes; c++) {
            right[c] += more.get(c);
            predicted[c] += more.get(classes + c);
            actual[c] += more.get(2 * classes + c);
        }
    }

    /**
     * A score.
     *
     * @param all whether a mean is over all classes, and not only over those that occur as label or
     *     as prediction
     */
    double score(Score score, Average average, boolean all) {
        return switch (average) {
            case BINARY -> of(score, 1);
            case MICRO -> score.of(sum(right), sum(predicted), sum(actual));
            case MACRO -> {
                double sum = 0;
                int classes = 0;
                for (int c = 0; c < right.length; c++) {
                    if (all || predicted[c] + actual[c] > 0) {
                        sum += of(score, c);
                        classes++;
                    }
                }
                yield sum / classes;
            }
        };
    }

    private double of(Score score, int c) {
        return score.of(right[c], predicted[c], actual[c]);
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
