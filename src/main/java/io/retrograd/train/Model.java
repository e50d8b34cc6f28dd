package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A network with its parameters on one device: to train, to look into, to predict with.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("auto");
 *         Model model = Model.create(network, Shape.of(1, 8, 8), backend, seed)) {
 *     new Trainer(model, new CrossEntropy(), new Adam(1e-3)).fit(dataset);
 *     double[] logits = model.predict(images);
 * }
 * }</pre>
 *
 * <p>For one thread at a time, whichever: a call, on the model or on a step or trainer over it,
 * while another thread is inside one is an {@link IllegalStateException}. So is any call after
 * {@link #close()}. Models of several threads may share a backend, on which they take turns.
 */
public final class Model implements AutoCloseable {
    /** Batch sizes whose bindings {@link #predict} keeps. */
    private static final int KEPT_BATCH_SIZES = 4;

    private final Layer network;
    private final Shape sampleShape;
    private final Shape outputShape;
    private final Parameters parameters;
    private final Map<Integer, BoundNetwork> predictors = new LinkedHashMap<>(8, 0.75f, true);
    private final Set<BoundNetwork> bound = Collections.newSetFromMap(new IdentityHashMap<>());
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private int depth;
    private long steps;
    private long epochs;
    private boolean stateful;
    private volatile boolean closed;

    private Model(Layer network, Shape sampleShape, Backend backend, long seed) {
        this.network = network;
        this.sampleShape = sampleShape;
        this.outputShape = network.outputShape(sampleShape.batch(1)).tail(1);
        this.parameters = new Parameters(backend, seed);
    }

    /**
     * A network with its first parameters.
     *
     * @param sampleShape the shape of one input, without the batch: (C, H, W) for images
     * @param backend where it lives; stays open when the model is closed
     * @param seed the seed of the first parameters and of dropout
     * @throws IllegalArgumentException if the network does not take such inputs; the message starts
     *     with the layer's path
     */
    public static Model create(Layer network, Shape sampleShape, Backend backend, long seed) {
        try {
            Model model = new Model(network, sampleShape, backend, seed);
            Binder binder = new Binder(model.parameters, BindOptions.infer());
            network.bind(binder, network.input(binder, sampleShape.batch(1)));
            model.stateful = binder.stateful();
            return model;
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        }
    }

    public Layer network() {
        return network;
    }

    /** The shape of one input, without the batch. */
    public Shape sampleShape() {
        return sampleShape;
    }

    /** The shape of one output, without the batch. */
    public Shape outputShape() {
        return outputShape;
    }

    /** The tensors themselves, for your own bindings; not guarded against other threads. */
    public Parameters parameters() {
        if (!parameters.allocated()) {
            predictor(1);
        }
        return parameters;
    }

    /**
     * The same, but without memory until something is bound to them. The first binding may choose
     * their layouts, and that is training's, if there is any.
     */
    Parameters declared() {
        return parameters;
    }

    /** Training steps since the model was made or a trainer began to fit it. */
    public long steps() {
        return steps;
    }

    /** Whether the network has layers that carry states from one run to the next. */
    public boolean stateful() {
        return stateful;
    }

    /**
     * Lets stateful layers begin with states of 0 in the next training step and prediction, as at
     * the start of new sequences.
     */
    public void resetStates() {
        enterDevice();
        try {
            bound.forEach(network -> network.binding().resetStates());
        } finally {
            exitDevice();
        }
    }

    /** Names of all parameters and running statistics, as in {@code 3.body.1.weight}. */
    public List<String> names() {
        return List.copyOf(parameters.named().keySet());
    }

    /**
     * A copy of a parameter or running statistic, row-major.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public double[] parameter(String name) {
        enterDevice();
        try {
            return parameters().get(name).toArray();
        } finally {
            exitDevice();
        }
    }

    /**
     * A copy of a parameter's gradient as the last training step left it: penalties added, clipped.
     *
     * @throws IllegalArgumentException if there is no parameter of this name
     */
    public double[] gradient(String name) {
        enterDevice();
        try {
            Tensor gradient = parameters().get(name).grad();
            if (gradient == null) {
                throw new IllegalArgumentException(
                        name + ": expected a parameter, got a running statistic");
            }
            return gradient.toArray();
        } finally {
            exitDevice();
        }
    }

    /**
     * Sets a parameter or running statistic.
     *
     * @param values as many as it has, finite, row-major. Not modified.
     * @throws IllegalArgumentException for another count, NaN or an infinity, an unknown name
     */
    public void setParameter(String name, double... values) {
        enterDevice();
        try {
            Inputs.write(parameters().get(name), values);
        } finally {
            exitDevice();
        }
    }

    /**
     * The outputs of a batch, in inference mode: running statistics, no dropout.
     *
     * @param batch any number of samples, one behind the other, each row-major. Not modified.
     * @return {@code outputShape().size()} numbers a sample
     * @throws IllegalArgumentException if there is no sample, not a whole number of them, or NaN or
     *     an infinity among them
     * @throws MemoryException if the batch does not fit the device's memory or the Java heap
     */
    public double[] predict(double[] batch) {
        return predict(batch.length, predictor -> predictor.input(batch));
    }

    /** The outputs of a batch of floats, in inference mode. */
    public double[] predict(float[] batch) {
        return predict(batch.length, predictor -> predictor.input(batch));
    }

    /**
     * The outputs of a batch of pixels, in inference mode.
     *
     * @param pixels unsigned, any number of samples, one behind the other. Not modified.
     * @param largest the pixel that becomes 1, from 1 to 255
     */
    public double[] predict(byte[] pixels, int largest) {
        return predict(pixels.length, predictor -> predictor.input(pixels, largest));
    }

    private double[] predict(int count, Consumer<BoundNetwork> input) {
        enterDevice();
        try {
            long sample = sampleShape.size();
            if (count == 0 || count % sample != 0) {
                throw new IllegalArgumentException(
                        String.format(
                                "input: expected 1 or more samples of shape %s, %d values each, got"
                                        + " %d values",
                                sampleShape, sample, count));
            }
            BoundNetwork predictor = predictor((int) (count / sample));
            input.accept(predictor);
            predictor.infer();
            double[] output = new double[Math.toIntExact(predictor.outputShape().size())];
            predictor.output(output);
            return output;
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        } finally {
            exitDevice();
        }
    }

    /**
     * Frees all memory on the device, that of steps over this model too. Closing twice has no
     * effect.
     */
    @Override
    public void close() {
        claim();
        try {
            closed = true;
            bound.forEach(BoundNetwork::close);
            bound.clear();
            predictors.clear();
            parameters.close();
        } finally {
            exit();
        }
    }

    /** Claims the open model for this thread, until as many calls of {@link #exit}. */
    void enter() {
        claim();
        if (closed) {
            exit();
            throw new IllegalStateException("Model: used after close()");
        }
    }

    /**
     * The same, and takes the device: other threads wait once for all of a call, and not for each
     * of its parts.
     */
    void enterDevice() {
        enter();
        try {
            parameters.backend().lock().enter();
        } catch (IllegalStateException e) {
            exit();
            throw e;
        }
    }

    /** Ends {@link #enterDevice}. */
    void exitDevice() {
        parameters.backend().lock().exit();
        exit();
    }

    /** Claims the model, open or closed, for this thread, until as many calls of {@link #exit}. */
    void claim() {
        Thread me = Thread.currentThread();
        if (owner.get() != me && !owner.compareAndSet(null, me)) {
            throw new IllegalStateException(
                    "Model: expected one thread at a time, got a call from "
                            + me.getName()
                            + " while another is inside; give each thread a model of its own");
        }
        depth++;
    }

    void exit() {
        depth--;
        if (depth == 0) {
            owner.set(null);
        }
    }

    /** Makes a network that lives until it is released or the model is closed. */
    BoundNetwork adopt(BoundNetwork network) {
        bound.add(network);
        return network;
    }

    /** Frees it, unless closing the model has done so. */
    void release(BoundNetwork network) {
        claim();
        try {
            if (bound.remove(network)) {
                network.close();
            }
        } finally {
            exit();
        }
    }

    /** Counts a training step and passes its number and learning rate to the device. */
    void nextStep(double learningRate) {
        steps++;
        parameters.setControl(learningRate, steps);
    }

    /** Counts no step behind this one, as its parameters have been taken back. */
    void forgetStepsBehind(long number) {
        steps = number;
    }

    /**
     * Lets an optimizer start from nothing: no step counted, no memory. What is bound from here on
     * draws other random numbers than the steps before.
     */
    void restartOptimizer() {
        parameters.skipDraws(steps);
        steps = 0;
        parameters.clearSlots();
    }

    /** Counts an epoch of whichever trainer; gives its number, from 1. */
    long nextEpoch() {
        return ++epochs;
    }

    private BoundNetwork predictor(int batch) {
        BoundNetwork known = predictors.get(batch);
        if (known != null) {
            return known;
        }
        if (predictors.size() == KEPT_BATCH_SIZES) {
            release(predictors.remove(predictors.keySet().iterator().next()));
        }
        BoundNetwork made = adopt(new BoundNetwork(this, batch, BindOptions.infer(), null));
        predictors.put(batch, made);
        return made;
    }
}
