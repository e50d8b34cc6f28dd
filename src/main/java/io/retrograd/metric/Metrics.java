package io.retrograd.metric;

/** Makes metrics. Definitions, and values where they would be 0/0, are scikit-learn's. */
public final class Metrics {
    private static final double HALF = 0.5;

    private Metrics() {}

    /** The share of labels that are predicted, of samples or of positions. */
    public static Accuracy accuracy() {
        return new Accuracy();
    }

    /**
     * The share of labels that are among the k classes of the largest logits, of equal ones the
     * first.
     *
     * @param k at least 1
     */
    public static Metric topK(int k) {
        return new TopK(k);
    }

    /** Of what is predicted as a class, the share that is of it. */
    public static ClassMetric precision(Average average) {
        return score(Score.PRECISION, average);
    }

    /** Of what is of a class, the share that is predicted as it. */
    public static ClassMetric recall(Average average) {
        return score(Score.RECALL, average);
    }

    /** The harmonic mean of precision and recall. */
    public static ClassMetric f1(Average average) {
        return score(Score.F1, average);
    }

    /** Intersection over union of predicted and true positions, the mean over classes. */
    public static ClassMetric iou() {
        return new ClassMetric("iou", Score.IOU, Average.MACRO, Labelled.NO_CLASS);
    }

    /** Twice the intersection over the sum of predicted and true positions, the mean likewise. */
    public static ClassMetric dice() {
        return new ClassMetric("dice", Score.F1, Average.MACRO, Labelled.NO_CLASS);
    }

    private static ClassMetric score(Score score, Average average) {
        return new ClassMetric(score.text() + average.suffix(), score, average, Labelled.NO_CLASS);
    }

    /**
     * The area under the receiver operating characteristic, for one or two logits; for more the
     * mean over the classes, each against the rest.
     */
    public static Metric rocAuc() {
        return new RocAuc();
    }

    /** The share of samples of which every label is right, of labels that may hold together. */
    public static MultiLabel multiLabelAccuracy() {
        return new MultiLabel("multilabel_accuracy", /* score= */ null, Average.MICRO, HALF);
    }

    /** Precision of labels that may hold together. */
    public static MultiLabel multiLabelPrecision(Average average) {
        return multiLabel(Score.PRECISION, average);
    }

    /** Recall of labels that may hold together. */
    public static MultiLabel multiLabelRecall(Average average) {
        return multiLabel(Score.RECALL, average);
    }

    /** F1 of labels that may hold together. */
    public static MultiLabel multiLabelF1(Average average) {
        return multiLabel(Score.F1, average);
    }

    private static MultiLabel multiLabel(Score score, Average average) {
        return new MultiLabel(
                "multilabel_" + score.text() + average.suffix(), score, average, HALF);
    }

    /** The mean of squared differences. */
    public static Metric meanSquaredError() {
        return new MeanError(/* squared= */ true);
    }

    /** The mean of absolute differences. */
    public static Metric meanAbsoluteError() {
        return new MeanError(/* squared= */ false);
    }

    /** R², the share of the targets' variance that outputs explain. */
    public static Metric r2() {
        return new R2();
    }

    /**
     * Errors in characters that are read from logits as {@code CtcLoss} takes them, the batch
     * first, by the number of characters; class 0 is no character.
     *
     * @param longest the most characters that a sample has, the same as the loss's
     */
    public static CharacterErrorRate characterErrorRate(int longest) {
        return new CharacterErrorRate(longest, /* blank= */ 0);
    }
}
