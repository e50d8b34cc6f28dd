package io.retrograd.train;

/**
 * A model's results on a data set, in inference mode.
 *
 * @param loss the mean of the batches' losses, each weighted by its number of samples
 * @param accuracy the share of samples whose largest output is that of their class
 * @param confusion which classes were taken for which
 */
public record Evaluation(double loss, double accuracy, ConfusionMatrix confusion) {}
