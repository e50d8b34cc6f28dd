package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.RecurrentOutput;
import io.retrograd.layer.Rnn;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A recurrent layer with its states: from {@code input}, {@code h0}, parameters, {@code
 * grad_output} and {@code grad_h_n} to {@code output}, {@code h_n} and {@code grad_*}; for LSTM
 * with {@code c0}, {@code c_n} and {@code grad_c_n} too.
 *
 * <p>States are (L·D, N, H) in a case, and (D, N, H) one by one for the L layers here.
 */
final class RecurrentCase {
    private static final Map<String, List<String>> STATES =
            Map.of(
                    "rnn_tanh", List.of("h"),
                    "rnn_relu", List.of("h"),
                    "lstm", List.of("h", "c"),
                    "gru", List.of("h"));

    private final ParityCase c;
    private final Comparison comparison;
    private final Recurrent<?> layer;
    private final List<String> states;
    private final int layers;
    private final Shape in;
    private final Shape out;

    /** All layers' states. */
    private final Shape stacked;

    private RecurrentCase(ParityCase c, Comparison comparison) {
        this.c = c;
        this.comparison = comparison;
        states = STATES.getOrDefault(c.op(), List.of());
        Attributes a = c.attributes();
        int hidden = a.integer("hidden_size");
        layers = a.integer("num_layers");
        boolean both = a.flag("bidirectional");
        boolean batchFirst = a.flag("batch_first");
        in = c.shape("input");
        layer = with(of(c.op(), hidden), layers, both, batchFirst);
        out = layer.outputShape(in);
        if (a.integer("input_size") != in.dim(2)) {
            throw new IllegalArgumentException(
                    "attrs.input_size: expected what input " + in + " has");
        }
        int directions = both ? 2 : 1;
        double steps = (double) in.dim(0) * in.dim(1) * layers * directions;
        double widest = Math.max(in.dim(2), (double) directions * hidden);
        Limits.checkWork(c.op(), steps * 4 * hidden * (widest + hidden));
        stacked = Shape.of(layers * directions, in.dim(batchFirst ? 0 : 1), hidden);
    }

    /** Whether an operation is a recurrent layer. */
    static boolean is(String op) {
        return STATES.containsKey(op);
    }

    static void run(ParityCase c, Backend backend, Comparison comparison) {
        RecurrentCase run = new RecurrentCase(c, comparison);
        try (Parameters parameters = new Parameters(backend, /* seed= */ 0)) {
            run.run(parameters);
        }
    }

    private static Recurrent<?> of(String op, int hidden) {
        return switch (op) {
            case "rnn_tanh" -> new Rnn(hidden);
            case "rnn_relu" -> new Rnn(hidden).relu(true);
            case "lstm" -> new Lstm(hidden);
            default -> new Gru(hidden);
        };
    }

    private static <L extends Recurrent<L>> L with(
            Recurrent<L> layer, int layers, boolean both, boolean batchFirst) {
        return layer.layers(layers).bidirectional(both).batchFirst(batchFirst);
    }

    private void run(Parameters parameters) {
        Binder binder =
                new Binder(
                        parameters,
                        BindOptions.inspect(/* training= */ true).memoryLimit(Limits.MEMORY));
        Tensor x = binder.input(in);
        List<Tensor> initial = new ArrayList<>();
        for (int i = 0; i < layers * states.size(); i++) {
            initial.add(binder.input(stacked.with(0, stacked.dim(0) / layers)));
        }
        RecurrentOutput output = layer.bind(binder, x, /* lengths= */ null, initial);
        expectTensors(parameters);
        double[] input = c.given("input", in);
        comparison.inputs(input);
        double[] gradOutput = c.given("grad_output", out);
        double incoming = Comparison.largest(gradOutput);
        for (String state : states) {
            incoming = Math.max(incoming, Comparison.largest(given("grad_" + state + "_n")));
        }
        c.checkAllUsed();
        try (Binding binding = binder.commit()) {
            for (Tensor w : parameters.tensors()) {
                w.copyFrom(c.given(w.name(), w.shape()));
            }
            x.copyFrom(input);
            for (int s = 0; s < states.size(); s++) {
                scatter(given(states.get(s) + "0"), s, initial);
            }
            binding.forward();
            output.y().requireGrad().copyFrom(gradOutput);
            List<Tensor> ends = output.states().stream().map(Tensor::requireGrad).toList();
            for (int s = 0; s < states.size(); s++) {
                scatter(given("grad_" + states.get(s) + "_n"), s, ends);
            }
            binding.backward();
            compare(parameters, x, initial, output, incoming);
        }
    }

    private void expectTensors(Parameters parameters) {
        c.expectFloats("output", out);
        c.expectFloats("grad_input", in);
        for (String state : states) {
            c.expectFloats(state + "0", stacked);
            c.expectFloats(state + "_n", stacked);
            c.expectFloats("grad_" + state + "0", stacked);
            c.expectFloats("grad_" + state + "_n", stacked);
        }
        for (Tensor w : parameters.tensors()) {
            c.expectFloats(w.name(), w.shape());
            c.expectFloats("grad_" + w.name(), w.shape());
        }
    }

    private void compare(
            Parameters parameters,
            Tensor x,
            List<Tensor> initial,
            RecurrentOutput output,
            double incoming) {
        check("output", output.y().toArray(), /* incoming= */ 0);
        check("grad_input", x.requireGrad().toArray(), incoming);
        List<Tensor> starts = initial.stream().map(Tensor::requireGrad).toList();
        for (int s = 0; s < states.size(); s++) {
            check(states.get(s) + "_n", gather(s, output.states()), /* incoming= */ 0);
            check("grad_" + states.get(s) + "0", gather(s, starts), incoming);
        }
        for (Tensor w : parameters.tensors()) {
            check("grad_" + w.name(), w.requireGrad().toArray(), incoming);
        }
    }

    private void check(String name, double[] got, double incoming) {
        comparison.check(name, c.expected(name), got, incoming);
    }

    private double[] given(String name) {
        return c.given(name, stacked);
    }

    /** Copies all layers' states of one kind to where each layer has it. */
    private void scatter(double[] all, int state, List<Tensor> tensors) {
        int size = all.length / layers;
        for (int i = 0; i < layers; i++) {
            double[] part = new double[size];
            System.arraycopy(all, i * size, part, 0, size);
            tensors.get(i * states.size() + state).copyFrom(part);
        }
    }

    private double[] gather(int state, List<Tensor> tensors) {
        double[] all = new double[Math.toIntExact(stacked.size())];
        int size = all.length / layers;
        for (int i = 0; i < layers; i++) {
            double[] part = tensors.get(i * states.size() + state).toArray();
            System.arraycopy(part, 0, all, i * size, size);
        }
        return all;
    }
}
