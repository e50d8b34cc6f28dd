package io.retrograd.optim;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.bench.Operation;
import io.retrograd.bench.OperationBenchmark;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Linear;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.openjdk.jmh.annotations.Param;

/** One update of a matrix of {@code size} by {@code size} parameters, and their biases. */
public class OptimizerBenchmark extends OperationBenchmark {
    private static final double RATE = 1e-3;
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 0.01;

    @Param public Optimizers kind = Optimizers.sgd;

    @Param({"256", "2048"})
    public int size;

    @Override
    protected Operation prepare(Backend on) {
        Parameters parameters = new Parameters(on, /* seed= */ 1);
        Binder binder = new Binder(parameters, BindOptions.train());
        Tensor x = binder.input(Shape.of(1, size));
        binder.keep(new Linear(size).bind(binder, x));
        Binding binding = binder.commit();
        parameters.tensors().forEach(w -> w.requireGrad().setAll(i -> 1e-3));
        Update update = kind.create(RATE, MOMENTUM, WEIGHT_DECAY).bind(parameters);
        parameters.setControl(RATE, 1);
        return new Operation(
                update::run,
                () -> {
                    binding.close();
                    parameters.close();
                });
    }
}
