package io.retrograd.demo;

import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.MseLoss;
import io.retrograd.model.Autoencoder;
import io.retrograd.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Digits through a code of few numbers and back: principal components, what a linear autoencoder
 * makes of them, a stacked autoencoder with and without layers that were trained one by one, and a
 * convolutional one that takes noise away.
 *
 * <p>Sources: those of {@link Pca} and {@link StackedAutoencoder}; J. Masci et al., Stacked
 * convolutional auto-encoders for hierarchical feature extraction, ICANN 2011.
 */
final class Autoencoding implements Demo {
    /** Numbers of the code of the stacked and the linear one. */
    static final int PLANE = 2;

    /** Numbers of the code of the convolutional one. */
    static final int CODE = 16;

    @Override
    public String name() {
        return "autoencoder";
    }

    @Override
    public String line() {
        return "digits through a code of few numbers, beside principal components; noise removed";
    }

    @Override
    public int seconds() {
        return 30;
    }

    /** A code of k numbers from size numbers and back, without any bend. */
    static Sequential linear(int k, int size) {
        return new Sequential(new Linear(k), new Linear(size));
    }

    static Sequential convolutional() {
        return Autoencoder.of(16, 32, CODE, 2);
    }

    @Override
    public Map<String, Checked> networks() {
        Shape rows = Shape.of(3, 64);
        Map<String, Checked> networks = new LinkedHashMap<>();
        networks.put("linear", new Checked(linear(PLANE, 64), rows, new MseLoss()));
        networks.put("layer", new Checked(StackedAutoencoder.layer(1), rows, new MseLoss()));
        networks.put("stacked", new Checked(StackedAutoencoder.network(), rows, new MseLoss()));
        networks.put(
                "convolutional",
                new Checked(convolutional(), Shape.of(3, 1, 8, 8), new BceWithLogitsLoss()));
        return networks;
    }

    @Override
    public Result run(Context context) {
        Codes codes = Codes.learn(context);
        return new Result(
                codes.numbers(),
                Map.of(
                        "autoencoder", () -> new CodesPlot(codes).coded(),
                        "autoencoder-denoising", () -> new CodesPlot(codes).denoised(),
                        "autoencoder-plane", () -> new CodesPlot(codes).planes()));
    }
}
