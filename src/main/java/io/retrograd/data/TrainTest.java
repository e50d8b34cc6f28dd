package io.retrograd.data;

import io.retrograd.train.LabelledDataset;

/** Samples to train on, and others to test on. */
public record TrainTest(LabelledDataset train, LabelledDataset test) {}
