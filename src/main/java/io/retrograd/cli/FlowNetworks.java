package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.data.FirstSymbol;
import io.retrograd.explain.FlowRun;
import io.retrograd.explain.SpectralRadius;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The networks that {@code gradflow} trains: one cell each, on a task that depends on the first
 * step.
 */
final class FlowNetworks {
    static final List<String> CELLS = List.of("rnn", "lstm", "gru");

    private static final int SYMBOLS = 8;
    private static final int BATCH = 32;
    private static final int MEASURED = 64;
    private static final double ADAM_RATE = 0.004;

    /** Without momentum or scaling a step is as long as the gradient says. */
    private static final double SGD_RATE = 0.1;

    private static final String WEIGHT = "0.weight_hh_l0";
    private static final long HELD = 1L << 32;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "40",
            description = "Steps of a sequence. Default: ${DEFAULT-VALUE}.")
    int length;

    @Option(
            names = "--hidden",
            paramLabel = "N",
            defaultValue = "32",
            description = "Hidden units. Default: ${DEFAULT-VALUE}.")
    int hidden;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "200",
            description = "Training steps. Default: ${DEFAULT-VALUE}.")
    int steps;

    @Option(
            names = "--gain",
            paramLabel = "X",
            defaultValue = "1.6",
            description =
                    "Spectral radius of the recurrent weights of a second RNN. Default:"
                            + " ${DEFAULT-VALUE}.")
    double gain;

    @Option(
            names = "--clip",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "Norm to which gradients are clipped, except in one training of that RNN."
                            + " Default: ${DEFAULT-VALUE}.")
    double clip;

    @Option(
            names = "--keep-bias",
            paramLabel = "X",
            description = {
                "First bias of the gate that keeps the state: LSTM's forget gate, GRU's update"
                        + " gate. Default: log(length - 1), with which a state lasts for the"
                        + " sequence; 0 is close to PyTorch's."
            })
    @Nullable Double keepBias;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of the first values and of the sequences. Default: ${DEFAULT-VALUE}.")
    long seed;

    /**
     * The trainings: one for each cell, and if RNNs were trained the second RNN with and without
     * clipping.
     */
    record Runs(List<FlowRun> cells, List<FlowRun> exploding) {}

    Runs train(@Nullable String cell, Backend backend) {
        List<FlowRun> cells = new ArrayList<>();
        for (String name : CELLS) {
            if (cell == null || cell.equals(name)) {
                try (Model model = model(name, backend)) {
                    cells.add(run(name.toUpperCase(Locale.ROOT), model, true));
                }
            }
        }
        List<FlowRun> exploding = new ArrayList<>();
        if (cell == null || cell.equals("rnn")) {
            for (boolean clipped : new boolean[] {false, true}) {
                try (Model model = model("rnn", backend)) {
                    enlarge(model);
                    exploding.add(explode(model, clipped));
                }
            }
        }
        return new Runs(cells, exploding);
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException for an invalid one
     */
    void check() {
        Values.atLeast("--length", 2, length);
        Values.atLeast("--hidden", 1, hidden);
        Values.atLeast("--steps", 1, steps);
        Values.above0("--gain", gain);
        Values.above0("--clip", clip);
        if (keepBias != null) {
            Values.finite("--keep-bias", keepBias);
        }
    }

    private Model model(String cell, Backend backend) {
        Layer recurrent =
                switch (cell) {
                    case "lstm" -> new Lstm(hidden);
                    case "gru" -> new Gru(hidden);
                    default -> new Rnn(hidden);
                };
        Layer network = new Sequential(recurrent, new LastOverTime(), new Linear(SYMBOLS));
        Model model = Model.create(network, Shape.of(length, SYMBOLS), backend, seed);
        if (!cell.equals("rnn")) {
            keep(model);
        }
        return model;
    }

    /**
     * Sets the biases of the second gate: f of i, f, g, o and z of r, z, n. With log(T − 1) it is 1
     * − 1/T, so that a state lasts T steps: C. Tallec, Y. Ollivier, Can recurrent neural networks
     * warp time?, ICLR 2018.
     */
    private void keep(Model model) {
        double bias = keepBias == null ? Math.log(length - 1.0) : keepBias;
        double[] inputs = model.parameter("0.bias_ih_l0");
        double[] states = model.parameter("0.bias_hh_l0");
        for (int i = hidden; i < 2 * hidden; i++) {
            inputs[i] = bias;
            states[i] = 0;
        }
        model.setParameter("0.bias_ih_l0", inputs);
        model.setParameter("0.bias_hh_l0", states);
    }

    /** Scales the recurrent weights to the requested spectral radius. */
    private void enlarge(Model model) {
        double[] w = model.parameter(WEIGHT);
        double factor = gain / SpectralRadius.of(w, hidden);
        for (int i = 0; i < w.length; i++) {
            w[i] *= factor;
        }
        model.setParameter(WEIGHT, w);
    }

    /** Without a decimal point that is not needed. */
    static String number(double value) {
        return value == Math.rint(value) && value < Integer.MAX_VALUE
                ? Integer.toString((int) value)
                : Double.toString(value);
    }

    private FlowRun explode(Model model, boolean clipped) {
        String name = "RNN, radius " + number(gain);
        return run(name + (clipped ? ", clipped" : ""), model, clipped, new Sgd(SGD_RATE));
    }

    private FlowRun run(String name, Model model, boolean clipped) {
        return run(name, model, clipped, new Adam(ADAM_RATE));
    }

    private int samples() {
        if (steps > Integer.MAX_VALUE / BATCH) {
            throw new IllegalArgumentException(
                    String.format(
                            "--steps: expected at most %,d, got %,d",
                            Integer.MAX_VALUE / BATCH, steps));
        }
        return steps * BATCH;
    }

    private FlowRun run(String name, Model model, boolean clipped, Optimizer optimizer) {
        LabelledDataset data = new FirstSymbol(SYMBOLS, length, samples(), seed);
        LabelledDataset held = new FirstSymbol(SYMBOLS, length, MEASURED, HELD + seed);
        Trainer trainer = new Trainer(model, new CrossEntropy(), optimizer).batch(BATCH).seed(seed);
        return FlowRun.of(name, model, clipped ? trainer.clipNorm(clip) : trainer, data, held);
    }
}
