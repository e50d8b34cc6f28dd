package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.loss.Loss;
import io.retrograd.optim.Optimizer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;

/**
 * A short training run: from {@code input} (steps, N, ...), {@code target} (steps, N) and {@code
 * param.*} to {@code output} and {@code grad.*} of the first step, {@code loss} (steps), {@code
 * final.*} after the last one and {@code eval_output}, what the trained network infers from the
 * first step's input.
 */
final class NetworkCase {
    private static final Set<String> KNOWN =
            Set.of(
                    "network_cnn_bigru",
                    "network_inception",
                    "network_lenet",
                    "network_mlp",
                    "network_resnet");

    private final ParityCase c;
    private final Comparison comparison;
    private final Layer network;
    private final Loss loss;
    private final Optimizer optimizer;
    private final int steps;
    private final Shape in;
    private final Shape out;

    private NetworkCase(ParityCase c, Comparison comparison) {
        this.c = c;
        this.comparison = comparison;
        Attributes a = c.attributes();
        steps = a.integer("steps");
        Shape all = c.shape("input");
        if (all.rank() < 2 || all.dim(0) != steps) {
            throw new IllegalArgumentException(
                    String.format("input: expected shape (%d steps, N, ...), got %s", steps, all));
        }
        in = all.tail(1);
        network = new NetworkBuilder(steps).sequence(a.objects("layers"), in);
        out = network.outputShape(in);
        if (out.rank() != 2) {
            throw new IllegalArgumentException(
                    "attrs.layers: expected an output (N, C), got " + out);
        }
        loss = LossCase.ofNetwork(a.object("loss"));
        optimizer = OptimizerCase.ofNetwork(a.object("optimizer"));
    }

    /** Whether an operation is a network. */
    static boolean is(String op) {
        return KNOWN.contains(op);
    }

    static void run(ParityCase c, Backend backend, Comparison comparison) {
        NetworkCase run = new NetworkCase(c, comparison);
        try (Parameters parameters = new Parameters(backend, /* seed= */ 0)) {
            run.train(parameters);
            run.infer(parameters);
        }
    }

    private void train(Parameters parameters) {
        BindOptions options = BindOptions.train().memoryLimit(Limits.MEMORY);
        Binder binder = new Binder(parameters, options);
        Tensor x = network.input(binder, in);
        Tensor y = binder.keep(network.bind(binder, x));
        Tensor target = loss.target(binder, out);
        Tensor l = loss.bind(binder, y, target);
        double[] inputs = inputs();
        double[] targets = c.labels("target", target.shape().batch(steps), out.dim(1));
        expectTensors(parameters);
        c.checkAllUsed();
        double[] losses = new double[steps];
        try (Binding binding = binder.commit()) {
            parameters
                    .named()
                    .forEach((name, tensor) -> tensor.copyFrom(given("param." + name, tensor)));
            Update update = optimizer.bind(parameters);
            for (int step = 0; step < steps; step++) {
                x.copyFrom(slice(inputs, step));
                target.copyFrom(slice(targets, step));
                binding.forward();
                l.requireGrad().copyFrom(LossCase.INCOMING);
                binding.backward();
                losses[step] = l.toArray()[0];
                if (step == 0) {
                    compareFirst(parameters, y);
                }
                parameters.setControl(optimizer.learningRate(), step + 1L);
                update.run();
            }
        }
        comparison.check("loss", c.expected("loss"), losses);
        parameters.named().forEach((name, tensor) -> compare("final." + name, tensor));
    }

    private void expectTensors(Parameters parameters) {
        c.expectFloats("output", out);
        c.expectFloats("eval_output", out);
        c.expectFloats("loss", Shape.of(steps));
        for (Tensor tensor : parameters.named().values()) {
            c.expectFloats("param." + tensor.name(), tensor.shape());
            c.expectFloats("final." + tensor.name(), tensor.shape());
        }
        for (Tensor w : parameters.tensors()) {
            c.expectFloats("grad." + w.name(), w.shape());
        }
    }

    private void compareFirst(Parameters parameters, Tensor y) {
        compare("output", y);
        for (Tensor w : parameters.tensors()) {
            String name = "grad." + w.name();
            double[] got = w.requireGrad().toArray();
            comparison.check(name, c.expected(name), got, LossCase.INCOMING);
        }
    }

    private void infer(Parameters parameters) {
        BindOptions options = BindOptions.infer().memoryLimit(Limits.MEMORY);
        Binder binder = new Binder(parameters, options);
        Tensor x = network.input(binder, in);
        Tensor y = binder.keep(network.bind(binder, x));
        try (Binding binding = binder.commit()) {
            x.copyFrom(slice(inputs(), 0));
            binding.forward();
            compare("eval_output", y);
        }
    }

    private double[] inputs() {
        TokenIds tokens = network.tokenIds();
        Shape all = in.batch(steps);
        return tokens == null ? c.given("input", all) : c.labels("input", all, tokens.count());
    }

    private double[] given(String name, Tensor tensor) {
        return c.given(name, tensor.shape());
    }

    private void compare(String name, Tensor got) {
        comparison.check(name, c.expected(name), got.toArray());
    }

    /** One step's share of what holds all steps. */
    private double[] slice(double[] values, int step) {
        int size = values.length / steps;
        return Arrays.copyOfRange(values, step * size, (step + 1) * size);
    }
}
