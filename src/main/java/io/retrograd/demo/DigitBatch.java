package io.retrograd.demo;

import io.retrograd.train.LabelledDataset;
import java.util.Arrays;

/** Some samples of a data set, one behind the other, with their labels. */
final class DigitBatch {
    private final double[] pixels;
    private final int[] labels;

    private DigitBatch(double[] pixels, int[] labels) {
        this.pixels = pixels;
        this.labels = labels;
    }

    /** The samples with those numbers that stand from a place on in an order. */
    static DigitBatch of(LabelledDataset data, int[] order, int from, int count) {
        int size = Math.toIntExact(data.sampleShape().size());
        double[] pixels = new double[count * size];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            data.sample(order[from + i], pixels, i * size);
            labels[i] = data.label(order[from + i]);
        }
        return new DigitBatch(pixels, labels);
    }

    /** All samples of a data set. */
    static DigitBatch of(LabelledDataset data) {
        int[] order = new int[data.size()];
        Arrays.setAll(order, i -> i);
        return of(data, order, 0, order.length);
    }

    double[] pixels() {
        return pixels;
    }

    int[] labels() {
        return labels;
    }

    /** The share of samples whose class has the largest logit. */
    double accuracy(double... logits) {
        int classes = logits.length / labels.length;
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            int largest = 0;
            for (int c = 1; c < classes; c++) {
                largest = logits[i * classes + c] > logits[i * classes + largest] ? c : largest;
            }
            right += largest == labels[i] ? 1 : 0;
        }
        return right / (double) labels.length;
    }

    /** The mean cross-entropy of logits, {@code log Σ exp z − z[label]}. */
    double loss(double... logits) {
        int classes = logits.length / labels.length;
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, logits[i * classes + c]);
            }
            double total = 0;
            for (int c = 0; c < classes; c++) {
                total += Math.exp(logits[i * classes + c] - largest);
            }
            sum += largest + Math.log(total) - logits[i * classes + labels[i]];
        }
        return sum / labels.length;
    }
}
