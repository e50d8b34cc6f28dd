package io.retrograd.parity;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.optim.Adadelta;
import io.retrograd.optim.Adagrad;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Adamax;
import io.retrograd.optim.NAdam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.RAdam;
import io.retrograd.optim.RmsProp;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;

/**
 * One optimizer over several steps: from {@code param} and {@code grads} (steps, ...) to {@code
 * final.params} (steps, ...).
 */
final class OptimizerCase {
    private static final String PREFIX = "optimizer_";
    private static final String PARAM = "param";
    private static final String GRADS = "grads";
    private static final String EXPECTED = "final.params";
    private static final String DECOUPLED = "decoupled_weight_decay";

    private OptimizerCase() {}

    /** Whether an operation is an optimizer. */
    static boolean is(String op) {
        return op.startsWith(PREFIX);
    }

    static void run(ParityCase c, Backend backend, Comparison comparison) {
        Optimizer optimizer = of(c.op().substring(PREFIX.length()), c.attributes());
        Shape shape = c.shape(PARAM);
        Shape all = c.shape(GRADS);
        if (all.rank() == 0) {
            throw new IllegalArgumentException("grads: expected shape (steps, ...), got ()");
        }
        double[] initial = c.given(PARAM, shape);
        double[] grads = c.given(GRADS, shape.batch(all.dim(0)));
        c.expectFloats(EXPECTED, all);
        c.checkAllUsed();
        try (Parameters parameters = new Parameters(backend, /* seed= */ 0)) {
            BindOptions options = BindOptions.train().memoryLimit(Limits.MEMORY);
            Binder binder = new Binder(parameters, options);
            Tensor w = binder.parameter(PARAM, shape, Initializer.constant(0));
            // Nothing to run: the binding only makes the parameter.
            binder.commit().close();
            w.copyFrom(initial);
            comparison.check(
                    EXPECTED, c.expected(EXPECTED), steps(optimizer, parameters, w, grads));
        }
    }

    /** The parameter after each step, one after the other. */
    private static double[] steps(
            Optimizer optimizer, Parameters parameters, Tensor w, double[] grads) {
        Update update = optimizer.bind(parameters);
        int size = (int) w.shape().size();
        double[] after = new double[grads.length];
        for (int step = 0; step < grads.length / size; step++) {
            int from = step * size;
            w.requireGrad().copyFrom(Arrays.copyOfRange(grads, from, from + size));
            parameters.setControl(optimizer.learningRate(), step + 1L);
            update.run();
            System.arraycopy(w.toArray(), 0, after, from, size);
        }
        return after;
    }

    /** A network's optimizer. */
    static Optimizer ofNetwork(Attributes a) {
        Optimizer optimizer = of(a.text("type"), a);
        a.checkAllUsed();
        return optimizer;
    }

    private static Optimizer of(String name, Attributes a) {
        double lr = a.number("lr");
        double decay = a.number("weight_decay", 0);
        return switch (name) {
            case "adagrad" ->
                    new Adagrad(
                            lr,
                            new UpdateRule.Adagrad(
                                    a.number("lr_decay", 0), a.number("eps", 1e-10), decay));
            case "adam" -> adam(a, lr, decay, /* decoupled= */ false);
            case "adamw" -> adam(a, lr, decay, /* decoupled= */ true);
            case "adadelta" ->
                    new Adadelta(
                            lr,
                            new UpdateRule.Adadelta(
                                    a.number("rho", 0.9), a.number("eps", 1e-6), decay));
            case "adamax" -> adamax(a, lr, decay);
            case "nadam" -> nadam(a, lr, decay);
            case "radam" -> radam(a, lr, decay);
            case "rmsprop" ->
                    new RmsProp(
                            lr,
                            new UpdateRule.RmsProp(
                                    a.number("alpha", 0.99),
                                    a.number("eps", 1e-8),
                                    decay,
                                    a.number("momentum", 0),
                                    a.flag("centered", false)));
            case "sgd" ->
                    new Sgd(
                            lr,
                            new UpdateRule.Sgd(
                                    a.number("momentum", 0),
                                    a.number("dampening", 0),
                                    a.flag("nesterov", false),
                                    decay));
            default ->
                    throw new IllegalArgumentException("expected a known optimizer, got " + name);
        };
    }

    private static Adam adam(Attributes a, double lr, double decay, boolean decoupled) {
        double[] betas = a.numbers("betas", 2);
        return new Adam(
                lr,
                new UpdateRule.Adam(
                        betas[0],
                        betas[1],
                        a.number("eps", 1e-8),
                        decay,
                        a.flag("amsgrad", false),
                        decoupled));
    }

    private static Adamax adamax(Attributes a, double lr, double decay) {
        double[] betas = a.numbers("betas", 2);
        return new Adamax(
                lr, new UpdateRule.Adamax(betas[0], betas[1], a.number("eps", 1e-8), decay));
    }

    private static NAdam nadam(Attributes a, double lr, double decay) {
        double[] betas = a.numbers("betas", 2);
        return new NAdam(
                lr,
                new UpdateRule.NAdam(
                        betas[0],
                        betas[1],
                        a.number("eps", 1e-8),
                        decay,
                        a.number("momentum_decay", 4e-3),
                        a.flag(DECOUPLED, false)));
    }

    private static RAdam radam(Attributes a, double lr, double decay) {
        double[] betas = a.numbers("betas", 2);
        return new RAdam(
                lr,
                new UpdateRule.RAdam(
                        betas[0],
                        betas[1],
                        a.number("eps", 1e-8),
                        decay,
                        a.flag(DECOUPLED, false)));
    }
}
