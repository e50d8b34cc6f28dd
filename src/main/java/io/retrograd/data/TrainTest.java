package io.retrograd.data;

import io.retrograd.train.Dataset;

/** Samples to train on, and others to test on. */
public record TrainTest(Dataset train, Dataset test) {}
