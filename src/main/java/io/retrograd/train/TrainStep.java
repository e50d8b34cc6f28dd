package io.retrograd.train;

import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Repeated;
import io.retrograd.backend.Selection;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.LossSum;
import io.retrograd.optim.Optimizer;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One training step as a fixed list, for one batch size: forward, loss, backward, penalties,
 * clipping, update.
 *
 * <p>A step allocates nothing on the Java heap or the device. Several steps, of other batch sizes
 * too, may work on one model in turn: they share its parameters, its step count and the optimizer's
 * memory. Closing the model closes them.
 */
public final class TrainStep implements AutoCloseable {
    /** Steps whose loss and output can be kept at a time. */
    static final int SLOTS = 2;

    private final Model model;
    private final BoundNetwork network;
    private final StepUpdates updates;
    private final Accumulation accumulation;

    /** Of a batch that its update follows. */
    private final Repeated work;

    /** Of one of several batches of an update that is not the last. */
    private final Repeated part;

    private final List<TakenResults> taken = new ArrayList<>();
    private double learningRate;
    private @Nullable Auditor auditor;
    private @Nullable GradientHook hook;
    private boolean eager;
    private boolean closed;

    /** A step without penalties or clipping. */
    public TrainStep(Model model, JointLoss loss, Optimizer optimizer, int batch) {
        this(model, loss, optimizer, Regularization.none(), batch);
    }

    /** A step of one loss, which takes all outputs of the network. */
    public TrainStep(
            Model model,
            JointLoss loss,
            Optimizer optimizer,
            Regularization regularization,
            int batch) {
        this(model, LossSum.of(loss), optimizer, regularization, batch);
    }

    /**
     * A step.
     *
     * @param batch samples a step, at least 1
     * @throws IllegalArgumentException if a loss does not take the network's outputs, a layer
     *     cannot be trained with such a batch, or a group of the optimizer matches no parameter
     * @throws MemoryException if the batch does not fit the device's memory; nothing has been
     *     allocated then
     */
    public TrainStep(
            Model model,
            LossSum losses,
            Optimizer optimizer,
            Regularization regularization,
            int batch) {
        this(
                model,
                losses,
                optimizer,
                Freezing.none(),
                regularization,
                new Accumulation(1),
                null,
                batch);
    }

    /** A step of a trainer. */
    TrainStep(
            Model model,
            LossSum losses,
            Optimizer optimizer,
            Freezing freezing,
            Regularization regularization,
            Accumulation accumulation,
            @Nullable MovingAverage average,
            int batch) {
        this.accumulation = accumulation;
        this.model = model;
        model.enter();
        try {
            model.declared().expectSlots(StepUpdates.slots(optimizer, accumulation, average));
            Selection trained = freezing.trained(optimizer.selection(model.declared()));
            network =
                    model.adopt(new BoundNetwork(model, batch, freezing.options(trained), losses));
            updates = new StepUpdates(trained, optimizer, regularization, accumulation, average);
            learningRate = optimizer.learningRate();
            work = model.parameters().backend().repeated(() -> enqueue(true));
            part = model.parameters().backend().repeated(() -> enqueue(false));
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        } finally {
            model.declared().expectSlots(0);
            model.exit();
        }
    }

    /** Samples a step. */
    public int batch() {
        return network.batch();
    }

    /** The shape of a batch's only output. */
    public Shape outputShape() {
        return network.output().shape();
    }

    BoundNetwork network() {
        return network;
    }

    /**
     * Whether all steps are enqueued piece by piece. If not, a GPU records the third one as a graph
     * and replays that, which gives the same bits faster.
     */
    public void setEager(boolean value) {
        eager = value;
    }

    /** Has the steps that follow call the hook before their updates; null for none. */
    public void setBeforeUpdate(@Nullable GradientHook value) {
        hook = value;
    }

    /** Has some of the steps that follow audited. */
    void setAuditor(@Nullable Auditor value) {
        auditor = value;
    }

    /** The learning rate of the steps that follow; at first the optimizer's. */
    public void setLearningRate(double rate) {
        Checks.notNegative("TrainStep", "learning rate", rate);
        learningRate = rate;
    }

    /**
     * One step on samples with class labels.
     *
     * @param x the batch's samples, one behind the other, row-major. Not modified.
     * @param labels one a sample. Not modified.
     * @throws IllegalArgumentException for wrong counts, NaN or an infinity in x, a label out of
     *     range, a loss that takes no labels; nothing has been changed then
     */
    public void run(double[] x, int[] labels) {
        enter();
        try {
            network.input().write(x);
            network.labels(labels);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /** The same from floats. */
    public void run(float[] x, int[] labels) {
        enter();
        try {
            network.input().write(x);
            network.labels(labels);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * The same from the float32 numbers from a buffer's position to its limit, in its byte order.
     *
     * @param x not modified, nor its position
     */
    public void run(ByteBuffer x, int[] labels) {
        enter();
        try {
            network.input().write(x);
            network.labels(labels);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * One step on images, which cross to a device as bytes.
     *
     * @param pixels the batch's samples, unsigned, one behind the other, row-major. Not modified.
     * @param largest the pixel that becomes 1, from 1 to 255
     * @param labels one a sample. Not modified.
     */
    public void run(byte[] pixels, int largest, int[] labels) {
        enter();
        try {
            network.input().write(pixels, largest);
            network.labels(labels);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /** One step on a trainer's batch. */
    void run(Batch batch) {
        enter();
        try {
            batch.feed(network);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * One step on samples with target values.
     *
     * @param x the batch's samples, one behind the other, row-major. Not modified.
     * @param targets as many as outputs. Not modified.
     * @throws IllegalArgumentException for wrong counts, NaN or an infinity, a loss that takes
     *     labels; nothing has been changed then
     */
    public void run(double[] x, double[] targets) {
        enter();
        try {
            network.input().write(x);
            network.targets(targets);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * One step of a network with several inputs, or losses with several targets.
     *
     * @param inputs the batch's samples by the names of the network's inputs, each one behind the
     *     other, row-major. Not modified.
     * @param targets likewise by the names of the losses' targets, labels as exact numbers. Not
     *     modified.
     * @throws IllegalArgumentException for other names, wrong counts, NaN or an infinity, a label
     *     out of range
     */
    public void run(Map<String, double[]> inputs, Map<String, double[]> targets) {
        enter();
        try {
            network.write(inputs);
            network.writeTargets(targets);
            step();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * The sum of the losses of the last step, before its update and without penalties: waits for
     * it.
     */
    public double loss() {
        enter();
        try {
            return network.loss();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * Reads the network's only output in the last step: waits for it.
     *
     * @param into room for {@code outputShape().size()} numbers. Modified.
     */
    public void output(double[] into) {
        enter();
        try {
            network.output().copyTo(into);
        } finally {
            model.exitDevice();
        }
    }

    /** The outputs of the last step by name: waits for them. */
    public Map<String, double[]> outputs() {
        enter();
        try {
            Map<String, double[]> values = new LinkedHashMap<>();
            network.outputs().forEach((name, y) -> values.put(name, y.toArray()));
            return values;
        } finally {
            model.exitDevice();
        }
    }

    /**
     * Has the last step's losses, and outputs, kept, to be read while the next one runs.
     *
     * @param read the names of the outputs
     */
    void take(int slot, Collection<String> read) {
        enter();
        try {
            while (taken.size() < SLOTS) {
                taken.add(new TakenResults(network, read));
            }
            taken.get(slot).take();
        } finally {
            model.exitDevice();
        }
    }

    /**
     * The sum of the losses that were taken: waits for it. Reads the outputs that were taken, where
     * it is finite.
     */
    double taken(int slot, Map<String, double[]> outputs) {
        enter();
        try {
            double loss = taken.get(slot).loss();
            if (Double.isFinite(loss)) {
                taken.get(slot).outputs(outputs);
            }
            return loss;
        } finally {
            model.exitDevice();
        }
    }

    private void step() {
        model.counts().nextBatch(learningRate, accumulation.number());
        boolean last = accumulation.next();
        if (last) {
            model.counts().nextStep();
        }
        if (auditor != null && auditor.due(model.counts().batches())) {
            auditor.run(network.binding(), model.counts().batches());
            update(last);
        } else if (eager || hook != null) {
            enqueue(last);
        } else {
            Repeated now = last ? work : part;
            now.run();
        }
    }

    private void enqueue(boolean last) {
        network.binding().forward();
        network.binding().backward();
        update(last);
    }

    private void update(boolean last) {
        if (!last) {
            updates.add();
            return;
        }
        updates.collect();
        if (hook != null) {
            hook.beforeUpdate(new StepGradients(model));
        }
        updates.update();
    }

    private void enter() {
        model.enterDevice();
        if (closed) {
            model.exitDevice();
            throw new IllegalStateException("TrainStep: used after close()");
        }
    }

    /** Frees its memory, not the model's. Closing twice, or after the model, does nothing. */
    @Override
    public void close() {
        model.claim();
        try {
            if (!closed) {
                closed = true;
                work.close();
                part.close();
                taken.forEach(TakenResults::close);
                model.release(network);
            }
        } finally {
            model.exit();
        }
    }
}
