package io.retrograd.cli;

/** The networks that {@code bench} can time, each with its default number of samples a step. */
public enum BenchNet {
    lenet5("lenet5", 64),
    mlp("mlp", 64),
    smallcnn("smallcnn", 128),
    resnet18("resnet18-cifar", 64),
    resnet50("resnet50", 8),
    cnnbigru("cnn-bigru", 32);

    private final String model;
    private final int batch;

    BenchNet(String model, int batch) {
        this.model = model;
        this.batch = batch;
    }

    /** Its name as a ready-made network. */
    public String model() {
        return model;
    }

    /** Images or texts a step. */
    public int batch() {
        return batch;
    }
}
