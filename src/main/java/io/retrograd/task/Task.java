package io.retrograd.task;

import io.retrograd.layer.Layer;
import io.retrograd.loss.Loss;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Dataset;
import io.retrograd.train.Model;
import java.awt.image.BufferedImage;
import java.util.Map;

/** Something to train, from its data to its measure. Immutable. */
public interface Task {
    /** Its name on the command line, as in {@code shapes-detection}. */
    String name();

    /** The name of the network. */
    String model();

    Layer network();

    /** The shape of a sample, without the batch. */
    Shape sampleShape();

    Loss loss();

    /** The training that reaches what the documentation says. */
    Settings settings();

    /**
     * How to train.
     *
     * @param learningRate the highest of one cycle
     */
    record Settings(int epochs, int batch, double learningRate, double weightDecay) {}

    /** Samples to train on, drawn by a seed: the same for the same one. */
    Dataset training(long seed);

    /**
     * Tests a trained network on samples that no training has.
     *
     * @param model of this task's network
     */
    Result test(Model model);

    /**
     * What a test found.
     *
     * @param samples that it took
     * @param measures by name
     * @param picture some samples with what the network says about them
     */
    record Result(int samples, Map<String, Double> measures, BufferedImage picture) {}
}
