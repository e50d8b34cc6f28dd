package io.retrograd.cli;

import io.retrograd.layer.Layer;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.util.function.Supplier;

/** The networks that {@code bench} can time, each with its default number of samples a step. */
public enum BenchNet {
    lenet5("lenet5", 64),
    mlp("mlp", 64),
    smallcnn("smallcnn", 128),
    resnet18("resnet18-cifar", 64),
    resnet50("resnet50", 8),
    cnnbigru("cnn-bigru", 32),
    mobilenetv2("mobilenetv2-cifar", 64),
    densenet("densenet-cifar", 32),
    seresnet18("seresnet18-cifar", 64),
    unet(BenchNetworks::unet, Shape.of(1, 128, 128), Target.CLASS_OF_EACH_PIXEL, 2, 8),
    cnn1d(BenchNetworks::cnn1d, Shape.of(4, 1024), Target.CLASS, 10, 64),
    cnn3d(BenchNetworks::cnn3d, Shape.of(1, 16, 32, 32), Target.CLASS, 10, 8),
    lstm(BenchNetworks::lstm, Shape.of(100, 64), Target.CLASS, 10, 32),
    autoencoder(BenchNetworks::autoencoder, Shape.of(1, 28, 28), Target.ITSELF, 0, 64);

    /** What the network's output is compared with. */
    enum Target {
        CLASS,
        CLASS_OF_EACH_PIXEL,
        ITSELF
    }

    private final String model;

    @SuppressWarnings("ImmutableEnumChecker") // makes a new one each time
    private final Supplier<Layer> network;

    @SuppressWarnings("ImmutableEnumChecker") // a shape is immutable
    private final Shape sample;

    private final Target target;
    private final int classes;
    private final int batch;

    BenchNet(String model, int batch) {
        Models.Entry entry = Models.get(model);
        this.model = model;
        network = entry::create;
        sample = entry.sampleShape();
        target = Target.CLASS;
        classes = entry.classes();
        this.batch = batch;
    }

    BenchNet(Supplier<Layer> network, Shape sample, Target target, int classes, int batch) {
        model = name();
        this.network = network;
        this.sample = sample;
        this.target = target;
        this.classes = classes;
        this.batch = batch;
    }

    /** Its name as a ready-made network, where it is one. */
    public String model() {
        return model;
    }

    /** The network. */
    public Layer network() {
        return network.get();
    }

    /** The shape of an image or text, without the batch. */
    public Shape sampleShape() {
        return sample;
    }

    /** Images or texts a step. */
    public int batch() {
        return batch;
    }

    Target target() {
        return target;
    }

    int classes() {
        return classes;
    }

    Loss loss() {
        return target == Target.ITSELF ? new BceWithLogitsLoss() : new CrossEntropy();
    }
}
