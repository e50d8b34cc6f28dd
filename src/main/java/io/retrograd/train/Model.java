package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.loss.JointLoss;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

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
    private final Layer network;
    private final Map<String, Shape> inputShapes;
    private final Map<String, Shape> outputShapes;
    private final Parameters parameters;
    private final Counts counts;
    private final Predictors predictors = new Predictors(this);
    private final GradientPasses passes = new GradientPasses(this);
    private final Set<BoundNetwork> bound = Collections.newSetFromMap(new IdentityHashMap<>());
    private final OneThread owner = new OneThread();

    /** Steps before the optimizer last started. */
    private boolean stateful;

    private volatile boolean closed;

    private Model(Layer network, Map<String, Shape> inputShapes, Backend backend, long seed) {
        this.network = network;
        this.inputShapes = Collections.unmodifiableMap(new LinkedHashMap<>(inputShapes));
        Map<String, Shape> outputs = new LinkedHashMap<>();
        Network.of(network)
                .outputShapes(batchShapes(1))
                .forEach((name, shape) -> outputs.put(name, shape.tail(1)));
        this.outputShapes = Collections.unmodifiableMap(outputs);
        this.parameters = new Parameters(backend, seed);
        counts = new Counts(parameters);
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
        List<String> inputs = Network.of(network).inputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "Model: expected a shape for each of the network's inputs %s, got %s;"
                                    + " pass them by name",
                            inputs, sampleShape));
        }
        return create(network, Map.of(inputs.get(0), sampleShape), backend, seed);
    }

    /**
     * A network with its first parameters.
     *
     * @param sampleShapes the shapes of one sample's inputs by name, without the batch
     * @throws IllegalArgumentException if the network does not take such inputs
     */
    public static Model create(
            Layer network, Map<String, Shape> sampleShapes, Backend backend, long seed) {
        try {
            Model model = new Model(network, sampleShapes, backend, seed);
            Binder binder = new Binder(model.parameters, BindOptions.infer());
            Network named = Network.of(network);
            named.bind(binder, named.inputs(binder, model.batchShapes(1)));
            model.stateful = binder.stateful();
            return model;
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        }
    }

    public Layer network() {
        return network;
    }

    /** The shape of one sample's only input, without the batch. */
    public Shape sampleShape() {
        return Named.only("input", inputShapes);
    }

    /** The shape of one sample's only output, without the batch. */
    public Shape outputShape() {
        return Named.only("output", outputShapes);
    }

    /** The shapes of one sample's inputs by name, without the batch. */
    public Map<String, Shape> inputShapes() {
        return inputShapes;
    }

    /** The shapes of a batch's inputs by name. */
    Map<String, Shape> batchShapes(int batch) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        inputShapes.forEach((name, shape) -> shapes.put(name, shape.batch(batch)));
        return shapes;
    }

    /** The shapes of one sample's outputs by name, without the batch. */
    public Map<String, Shape> outputShapes() {
        return outputShapes;
    }

    /** The tensors themselves, for your own bindings; not guarded against other threads. */
    public Parameters parameters() {
        if (!parameters.allocated()) {
            predictors.of(1);
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

    /** Training steps, which are updates, since it was made or a trainer began to fit it. */
    public long steps() {
        return counts.steps();
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
        return during(() -> parameters().get(name).toArray());
    }

    /**
     * A copy of a parameter's gradient as the last training step left it: penalties added, clipped.
     * Of a frozen parameter it is 0, or what a step left that trained it.
     *
     * @throws IllegalArgumentException if there is no parameter of this name
     */
    public double[] gradient(String name) {
        return during(() -> new StepGradients(this).get(name));
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
            parameters().get(name).copyFromFinite(values);
        } finally {
            exitDevice();
        }
    }

    /**
     * The outputs of a batch, in inference mode: running statistics, no dropout. A large batch is
     * computed in parts of at most 256 samples and 2²² numbers, unless layers carry states.
     *
     * @param batch any number of samples, one behind the other, each row-major. Not modified.
     * @return {@code outputShape().size()} numbers a sample
     * @throws IllegalArgumentException if there is no sample, not a whole number of them, or NaN or
     *     an infinity among them
     * @throws MemoryException if the batch does not fit the device's memory or the Java heap
     */
    public double[] predict(double[] batch) {
        return during(() -> predictors.predict(batch));
    }

    /** The outputs of a batch of floats, in inference mode. */
    public double[] predict(float[] batch) {
        return during(() -> predictors.predict(batch));
    }

    /** The same as floats, the nearest ones. */
    public float[] predictFloats(float[] batch) {
        return during(() -> predictors.predictFloats(batch));
    }

    /**
     * The same for the float32 numbers from a buffer's position to its limit, in its byte order.
     *
     * @param batch not modified, nor its position
     */
    public float[] predictFloats(ByteBuffer batch) {
        return during(() -> predictors.predictFloats(batch));
    }

    /**
     * The outputs of a batch of pixels, in inference mode.
     *
     * @param pixels unsigned, any number of samples, one behind the other. Not modified.
     * @param largest the pixel that becomes 1, from 1 to 255
     */
    public double[] predict(byte[] pixels, int largest) {
        return during(() -> predictors.predict(pixels, largest));
    }

    /**
     * The outputs of a batch by name, in inference mode, of a network with several inputs or
     * outputs.
     *
     * @param batch the same number of samples of each input. Not modified.
     * @throws IllegalArgumentException as for one input, or for other names
     */
    public Map<String, double[]> predict(Map<String, double[]> batch) {
        return during(() -> predictors.predict(batch));
    }

    /**
     * The gradients of a loss on class labels, of parameters and of the input, without an update:
     * as in training, with the batch's statistics, which running statistics follow, and dropout.
     * {@link GradientPass} has more: inference mode, activations, several inputs, H·v.
     *
     * @param x any number of samples, one behind the other, row-major. Not modified.
     * @param labels one a sample, or one a position. Not modified.
     */
    public Gradients gradients(double[] x, int[] labels, JointLoss loss) {
        return during(() -> passes.of(loss, x.length, GradientOptions.train()).run(x, labels));
    }

    /** The gradients of a loss on values. */
    public Gradients gradients(double[] x, double[] targets, JointLoss loss) {
        return during(() -> passes.of(loss, x.length, GradientOptions.train()).run(x, targets));
    }

    /**
     * The gradients of one number of each sample's output, as of a logit, in inference mode: those
     * of parameters are the sum over samples.
     *
     * @param index of the number in the sample's output, from 0
     */
    public Gradients gradients(double[] x, int index) {
        return during(() -> passes.of(null, x.length, GradientOptions.infer()).output(x, index));
    }

    /**
     * The output of a layer for a batch, in inference mode.
     *
     * @param path the layer's, as in {@code 3.body.1}
     */
    public double[] activations(double[] x, String path) {
        int samples = Predictors.samples("input", sampleShape(), x.length);
        return during(() -> predictors.activations(samples, path, x));
    }

    /** Does work on the device. */
    private <T> T during(Supplier<T> work) {
        enterDevice();
        try {
            return work.get();
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
            passes.clear();
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
        owner.claim();
    }

    void exit() {
        owner.release();
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

    /** What it has been trained on. */
    Counts counts() {
        return counts;
    }
}
