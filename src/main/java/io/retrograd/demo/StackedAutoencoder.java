package io.retrograd.demo;

import io.retrograd.backend.Backend;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.loss.MseLoss;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An autoencoder of many layers, which are trained one by one, and then as a whole.
 *
 * <pre>
 *   x (64) → 100 → 50 → 25 → code (2) → 25 → 50 → 100 → x' (64)
 *
 *   layer k:  h = f(damaged hₖ₋₁),  hₖ₋₁' = g(h) near hₖ₋₁        hₖ = f(hₖ₋₁)
 *   whole:    all f, then all g in reverse
 * </pre>
 *
 * All hidden units are logistic; code and output are linear. A layer learns from inputs of which
 * some are set to 0, so that it cannot pass on each by itself.
 *
 * <p>Sources: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural
 * networks, Science 313, 2006; P. Vincent et al., Stacked denoising autoencoders, JMLR 11, 2010.
 */
final class StackedAutoencoder {
    private static final List<Integer> SIZES = List.of(64, 100, 50, 25, 2);
    private static final double MASKED = 0.2;
    private static final double LAYER_RATE = 5e-3;
    private static final double RATE = 5e-3;
    private static final Shape PIXELS = Shape.of(64);

    private StackedAutoencoder() {}

    private static boolean isCode(int k) {
        return k == SIZES.size() - 1;
    }

    /** From layer k − 1 to layer k. */
    private static List<Layer> up(int k) {
        Linear linear = new Linear(SIZES.get(k));
        return isCode(k) ? List.of(linear) : List.of(linear, new Sigmoid());
    }

    /** From layer k to layer k − 1. */
    private static List<Layer> down(int k) {
        Linear linear = new Linear(SIZES.get(k - 1));
        return k == 1 ? List.of(linear) : List.of(linear, new Sigmoid());
    }

    /** Layer k alone, as an autoencoder. */
    static Sequential layer(int k) {
        List<Layer> layers = new ArrayList<>(up(k));
        layers.addAll(down(k));
        return new Sequential(layers);
    }

    /** From a sample to its code. */
    static Sequential encoder() {
        List<Layer> layers = new ArrayList<>();
        for (int k = 1; k < SIZES.size(); k++) {
            layers.addAll(up(k));
        }
        return new Sequential(layers);
    }

    /** From a sample to its code and back. */
    static Sequential network() {
        List<Layer> layers = new ArrayList<>(encoder().layers());
        for (int k = SIZES.size() - 1; k > 0; k--) {
            layers.addAll(down(k));
        }
        return new Sequential(layers);
    }

    /** The whole network with random parameters. */
    static Fitted random() {
        return new Fitted(network(), PIXELS, Map.of());
    }

    /** The whole network with the parameters of layers that were trained one by one. */
    static Fitted layerwise(Backend backend, int epochs, long seed, double[]... samples) {
        Map<String, double[]> parameters = new LinkedHashMap<>();
        int last = network().layers().size() - 1;
        double[][] h = samples;
        for (int k = 1; k < SIZES.size(); k++) {
            Shape shape = Shape.of(SIZES.get(k - 1));
            Corrupted.Noise noise =
                    isCode(k) ? Corrupted.Noise.NONE : Corrupted.Noise.masking(MASKED);
            Fitted layer =
                    new Fitted(layer(k), shape, Map.of())
                            .train(
                                    backend,
                                    new Corrupted(shape, noise, h),
                                    new Fitted.Course(new MseLoss(), LAYER_RATE, epochs, seed + k));
            int place = 2 * (k - 1);
            copy(layer, 0, parameters, place);
            copy(layer, up(k).size(), parameters, last - place);
            h = layer.first(new Sequential(up(k)), backend).predict(backend, h);
        }
        return new Fitted(network(), PIXELS, parameters);
    }

    private static void copy(Fitted from, int layer, Map<String, double[]> to, int place) {
        for (String name : List.of(".weight", ".bias")) {
            to.put(place + name, from.parameters().get(layer + name));
        }
    }

    /** Trains the whole network. */
    static Fitted fineTune(
            Fitted first, Backend backend, int epochs, long seed, double[]... samples) {
        return first.train(
                backend,
                new Corrupted(PIXELS, Corrupted.Noise.NONE, samples),
                new Fitted.Course(new MseLoss(), RATE, epochs, seed));
    }
}
