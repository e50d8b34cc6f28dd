package io.retrograd.train;

import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.bind.BindOptions;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward of a model for one batch size, without an update: gradients of parameters,
 * of inputs, and of any layer's output, to look at or to use in a training loop of one's own.
 *
 * <pre>{@code
 * try (GradientPass pass =
 *         new GradientPass(model, new CrossEntropy(), 32, GradientOptions.train())) {
 *     Gradients g = pass.run(images, labels);
 *     double[] dw = g.parameter("0.weight");
 *     double[] dx = g.input();
 * }
 * }</pre>
 *
 * <p>Parameters stay as they are. Where layers train, running statistics follow each batch and
 * dropout draws another mask each time, as in a training step, which counts as a batch of the
 * model's; where they infer, a training goes on with the same bits as without the pass. Closing the
 * model closes it.
 */
public final class GradientPass implements AutoCloseable {
    private final Model model;
    private final BoundNetwork network;
    private final boolean losses;
    private final Readings parameters;
    private final boolean training;

    /** The number of the last run's batch, which its dropout's masks depend on; 0 before it. */
    private long ran;

    private boolean closed;

    /** A pass that begins with a loss of all outputs. */
    public GradientPass(Model model, JointLoss loss, int batch, GradientOptions options) {
        this(model, LossSum.of(loss), batch, options);
    }

    /**
     * A pass that begins with losses.
     *
     * @param batch samples a run, at least 1
     * @throws IllegalArgumentException if a loss does not take the network's outputs, the network
     *     has no layer of a path in the options, or a layer cannot train with such a batch
     * @throws MemoryException if the batch does not fit the device's memory
     */
    public GradientPass(Model model, LossSum losses, int batch, GradientOptions options) {
        this(model, batch, options, losses);
    }

    /** A pass that begins with the outputs, whose gradients each run is given. */
    public GradientPass(Model model, int batch, GradientOptions options) {
        this(model, batch, options, null);
    }

    private GradientPass(
            Model model, int batch, GradientOptions options, @Nullable LossSum losses) {
        this.model = model;
        this.losses = losses != null;
        training = options.training();
        model.enter();
        try {
            Map<String, Tensor> trained = new LinkedHashMap<>();
            Set<String> frozen = new LinkedHashSet<>();
            for (Tensor w : model.parameters().tensors()) {
                if (options.parameters()) {
                    trained.put(w.name(), w);
                } else {
                    frozen.add(w.name());
                }
            }
            parameters = new Readings(trained);
            network =
                    model.adopt(
                            new BoundNetwork(
                                    model,
                                    batch,
                                    BindOptions.gradients(options.training())
                                            .frozen(new BindOptions.Frozen(frozen, false)),
                                    losses,
                                    options.activations()));
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        } finally {
            model.exit();
        }
    }

    /** Samples a run. */
    public int batch() {
        return network.batch();
    }

    /**
     * The gradients of a loss on class labels.
     *
     * @param x the batch's samples, one behind the other, row-major. Not modified.
     * @param labels one a sample, or one a position. Not modified.
     * @throws IllegalArgumentException for wrong counts, NaN or an infinity, a label out of range,
     *     a loss that takes no labels
     */
    public Gradients run(double[] x, int[] labels) {
        return run(
                () -> {
                    requireLosses(true);
                    network.input().write(x);
                    network.labels(labels);
                });
    }

    /**
     * The gradients of a loss on values, or, without losses, of {@code Σ dy·y}: the product of the
     * vector dy and the Jacobian. With 1 at one output of a sample and 0 elsewhere it is the
     * gradient of that output.
     *
     * @param x the batch's samples, one behind the other, row-major. Not modified.
     * @param targets the targets, or dy: as many as outputs. Not modified.
     */
    public Gradients run(double[] x, double[] targets) {
        return run(
                () -> {
                    network.input().write(x);
                    if (losses) {
                        network.targets(targets);
                    } else {
                        network.output().requireGrad().copyFromFinite(targets);
                    }
                });
    }

    /**
     * The gradients of a network with several inputs, or losses with several targets.
     *
     * @param inputs samples by the names of the network's inputs. Not modified.
     * @param targets values by the names of the losses' targets, labels as exact numbers; without
     *     losses dy by the names of the outputs. Not modified.
     */
    public Gradients run(Map<String, double[]> inputs, Map<String, double[]> targets) {
        return run(
                () -> {
                    network.write(inputs);
                    if (losses) {
                        network.writeTargets(targets);
                    } else {
                        Named.check("outputs", network.outputs().keySet(), targets.keySet());
                        network.outputs()
                                .forEach(
                                        (name, y) ->
                                                y.requireGrad()
                                                        .copyFromFinite(
                                                                Objects.requireNonNull(
                                                                        targets.get(name))));
                    }
                });
    }

    /**
     * The gradients of each sample's loss by itself, for a pass of one sample.
     *
     * @param x any number of samples, one behind the other, row-major. Not modified.
     * @param labels one a sample. Not modified.
     */
    public List<Gradients> each(double[] x, int[] labels) {
        int samples = Predictors.samples("input", model.sampleShape(), x.length);
        if (batch() != 1 || labels.length != samples) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientPass: expected a pass of 1 sample, and a label for each of %d,"
                                    + " got a pass of %d and %d labels",
                            samples, batch(), labels.length));
        }
        int size = x.length / samples;
        List<Gradients> all = new ArrayList<>();
        for (int n = 0; n < samples; n++) {
            all.add(run(Arrays.copyOfRange(x, n * size, (n + 1) * size), new int[] {labels[n]}));
        }
        return all;
    }

    /** Without losses: the gradients of one output of each sample, the sum over samples. */
    public Gradients output(double[] x, int index) {
        requireLosses(false);
        int outputs = Math.toIntExact(model.outputShape().size());
        if (index < 0 || index >= outputs) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientPass: expected an output from 0 to %d, got %d",
                            outputs - 1, index));
        }
        double[] dy = new double[batch() * outputs];
        for (int n = 0; n < batch(); n++) {
            dy[n * outputs + index] = 1;
        }
        return run(x, dy);
    }

    private void requireLosses(boolean expected) {
        if (losses != expected) {
            throw new IllegalArgumentException(
                    expected
                            ? "GradientPass: expected a loss, got none; pass one when it is made"
                            : "GradientPass: expected no loss, got one; make one without it");
        }
    }

    private Gradients run(Runnable write) {
        model.enterDevice();
        try {
            if (closed) {
                throw new IllegalStateException("GradientPass: used after close()");
            }
            write.run();
            ran = training ? model.counts().nextBatch() : 1;
            return repeat();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * The product of the Hessian of the last run's L, with respect to the parameters, and a vector.
     * Takes 24 passes; parameters and running statistics are as before afterwards, and dropout has
     * the masks of the last run.
     *
     * @param v values by the names of parameters; 0 for those that are not named. Not modified.
     * @throws IllegalStateException before the first run
     * @throws IllegalArgumentException for an unknown name, another count, NaN or an infinity
     */
    public HessianProduct hvp(Map<String, double[]> v) {
        model.enterDevice();
        try {
            if (closed || ran == 0) {
                throw new IllegalStateException(
                        "GradientPass: expected a run before hvp, got none");
            }
            return HessianProduct.of(model.parameters(), v, this::repeat);
        } finally {
            model.exitDevice();
        }
    }

    /** Runs again on what was written last, with the same masks of dropout. */
    private Gradients repeat() {
        model.declared().setControl(/* learningRate= */ 0, ran);
        network.binding().forward();
        network.binding().backward();
        return Gradients.of(
                losses ? network.loss() : weighted(),
                new Readings(network.outputs()),
                parameters,
                new Readings(network.inputTensors()),
                new Readings(network.activations()));
    }

    private double weighted() {
        double sum = 0;
        for (Tensor y : network.outputs().values()) {
            sum += Objective.dot(y.toArray(), y.requireGrad().toArray());
        }
        return sum;
    }

    /** Frees its memory, not the model's. Closing twice, or after the model, does nothing. */
    @Override
    public void close() {
        model.claim();
        try {
            if (!closed) {
                closed = true;
                model.release(network);
            }
        } finally {
            model.exit();
        }
    }
}
