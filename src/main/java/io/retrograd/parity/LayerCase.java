package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * One layer, forward and backward: from {@code input}, parameters, running statistics and {@code
 * grad_output} to {@code output}, {@code grad_*} and {@code final_*}.
 */
final class LayerCase {
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";
    private static final String GRAD = "grad_";
    private static final String FINAL = "final_";

    private LayerCase() {}

    static void run(
            ParityCase c, Layer layer, boolean training, Backend backend, Comparison comparison) {
        Shape in = c.shape(INPUT);
        Shape out = layer.outputShape(in);
        c.expectFloats(OUTPUT, out);
        TokenIds tokens = layer.tokenIds();
        if (tokens == null) {
            c.expectFloats(GRAD + INPUT, in);
        }
        BindOptions options = BindOptions.inspect(training).memoryLimit(Limits.MEMORY);
        try (Parameters parameters = new Parameters(backend, /* seed= */ 0)) {
            Binder binder = new Binder(parameters, options);
            Tensor x = layer.input(binder, in);
            Tensor y = layer.bind(binder, x);
            double[] input =
                    tokens == null ? c.given(INPUT, in) : c.labels(INPUT, in, tokens.count());
            if (tokens == null) {
                comparison.inputs(input);
            }
            double[] gradOutput = c.given(GRAD + OUTPUT, out);
            for (Tensor w : parameters.tensors()) {
                c.expectFloats(w.name(), w.shape());
                c.expectFloats(GRAD + w.name(), w.shape());
            }
            for (Tensor state : parameters.states()) {
                c.expectFloats(state.name(), state.shape());
                c.expectFloats(FINAL + state.name(), state.shape());
            }
            c.checkAllUsed();
            try (Binding binding = binder.commit()) {
                for (Tensor tensor : parameters.named().values()) {
                    tensor.copyFrom(c.given(tensor.name(), tensor.shape()));
                }
                x.copyFrom(input);
                binding.forward();
                y.requireGrad().copyFrom(gradOutput);
                binding.backward();
                double incoming = Comparison.largest(gradOutput);
                compare(comparison, c, OUTPUT, y, /* incoming= */ 0);
                if (x.grad() != null) {
                    compare(comparison, c, GRAD + INPUT, x.requireGrad(), incoming);
                }
                for (Tensor w : parameters.tensors()) {
                    compare(comparison, c, GRAD + w.name(), w.requireGrad(), incoming);
                }
                for (Tensor state : parameters.states()) {
                    compare(comparison, c, FINAL + state.name(), state, /* incoming= */ 0);
                }
            }
        }
    }

    private static void compare(
            Comparison comparison, ParityCase c, String name, Tensor got, double incoming) {
        comparison.check(name, c.expected(name), got.toArray(), incoming);
    }
}
