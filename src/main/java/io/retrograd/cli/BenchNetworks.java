package io.retrograd.cli;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.model.Autoencoder;
import io.retrograd.model.UNet;

/** Networks of {@code bench} that {@code train} has no data for. */
final class BenchNetworks {
    private static final int CLASSES = 10;

    private BenchNetworks() {}

    static Layer unet() {
        return UNet.pictures(/* classes= */ 2, /* levels= */ 4, /* width= */ 16);
    }

    static Layer autoencoder() {
        return Autoencoder.mnist();
    }

    static Layer cnn1d() {
        return new Sequential(
                new Conv1d(32, 7).stride(2).padding(3),
                new BatchNorm(),
                new Relu(),
                new MaxPool1d(2),
                new Conv1d(64, 5).padding(2),
                new BatchNorm(),
                new Relu(),
                new MaxPool1d(2),
                new Conv1d(128, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new Mean(2),
                new Linear(CLASSES));
    }

    static Layer cnn3d() {
        return new Sequential(
                new Conv3d(16, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new MaxPool3d(2),
                new Conv3d(32, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new MaxPool3d(2),
                new Conv3d(64, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new Mean(2, 3, 4),
                new Linear(CLASSES));
    }

    static Layer lstm() {
        return new Sequential(new Lstm(256), new LastOverTime(), new Linear(CLASSES));
    }
}
