package io.retrograd.train;

import io.retrograd.backend.JvmLimits;
import io.retrograd.backend.MemoryException;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.LossSum;
import io.retrograd.metric.Metric;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.ReduceOnPlateau;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network: epochs of steps over shuffled batches, the last smaller batch too. Immutable:
 * each setting gives another trainer.
 *
 * <pre>{@code
 * History history =
 *         new Trainer(model, new CrossEntropy(), new Adam(1e-3))
 *                 .batch(32)
 *                 .epochs(5)
 *                 .schedule(Schedule.cosine())
 *                 .fit(dataset);
 * }</pre>
 *
 * <p>The learning rate of a step is the optimizer's, times the schedule's factor, times the
 * plateau's. The same model, data and settings give the same parameters, bit by bit, on the
 * reference and on devices that are opened as deterministic. Other devices take what they measure
 * to be fastest, which may change from one machine or start to the next, and with it the order of
 * sums: there the same bits come where a run follows the {@linkplain
 * io.retrograd.backend.OpenOptions#plan plan} that another recorded.
 */
public final class Trainer implements Cloneable {
    final Model model;
    final LossSum losses;
    final Optimizer optimizer;
    int batch = 32;
    int epochs = 1;
    int accumulate = 1;
    @Nullable MovingAverage average;
    long seed;
    Schedule schedule = Schedule.constant();
    @Nullable ReduceOnPlateau plateau;
    Regularization regularization = Regularization.none();
    int patience = Integer.MAX_VALUE;
    boolean restoreBest;
    boolean dropLast;
    boolean eager;
    Freezing freezing = Freezing.none();
    @Nullable Audit audit;
    @Nullable Augmentation augmentation;
    Sampler sampler = Sampler.shuffled();
    int workers;
    @Nullable Dataset validation;
    @Nullable GradientHook beforeUpdate;
    private boolean watch;
    @Nullable CheckpointStore store;
    CheckpointEvery every = CheckpointEvery.stop();
    @Nullable TrainingState resumed;
    BooleanSupplier stop = () -> false;
    List<TrainingListener> listeners = List.of();

    /** By output; of the only one where that is empty. */
    List<Map.Entry<String, Metric>> metrics = List.of();

    /** With one epoch, batches of 32 and no options: one loss, which takes all outputs. */
    public Trainer(Model model, JointLoss loss, Optimizer optimizer) {
        this(model, LossSum.of(loss), optimizer);
    }

    /** The same with several losses. */
    public Trainer(Model model, LossSum losses, Optimizer optimizer) {
        this.model = model;
        this.losses = losses;
        this.optimizer = optimizer;
    }

    /**
     * Samples a step; fewer in the last one of an epoch where they do not divide the data, unless
     * {@link #dropLast} leaves that out.
     */
    public Trainer batch(int samples) {
        Checks.atLeast("Trainer", "batch", 1, samples);
        return with(t -> t.batch = samples);
    }

    /**
     * Whether an epoch leaves out the samples that are left over when no full batch of them is: as
     * they are shuffled, others each time. For batch norm, which cannot train on one sample, and
     * learns little from few.
     */
    public Trainer dropLast(boolean value) {
        return with(t -> t.dropLast = value);
    }

    /**
     * Has an update take the mean gradient of so many batches, one after the other: that of one
     * large batch, where its loss is a mean over samples, and its layers treat each sample alone.
     * Batch norm has the statistics of each batch.
     *
     * <p>The last update of an epoch takes the batches that are left, and their mean. Clipping,
     * penalties, schedules and {@link Model#steps} see updates; listeners hear of each batch.
     */
    public Trainer accumulate(int batches) {
        Checks.atLeast("Trainer", "batches of an update", 1, batches);
        return with(t -> t.accumulate = batches);
    }

    /**
     * Has validation, early stopping and the model after training use a moving average of the
     * parameters. Training goes on from the parameters themselves.
     */
    public Trainer average(MovingAverage value) {
        return with(t -> t.average = value);
    }

    /** The same, an exponential one that keeps this share in each step, in [0, 1). */
    public Trainer ema(double decay) {
        return average(new MovingAverage(decay));
    }

    /** Leaves parameters whose names a pattern matches as they are: {@link Freezing#of}. */
    public Trainer freeze(String... globs) {
        return freeze(Freezing.of(globs));
    }

    /** Leaves parameters as they are, and computes nothing that only they would need. */
    public Trainer freeze(Freezing value) {
        return with(t -> t.freezing = value);
    }

    /** The number of passes over the data. */
    public Trainer epochs(int count) {
        Checks.atLeast("Trainer", "epochs", 1, count);
        return with(t -> t.epochs = count);
    }

    /** The seed of shuffling and augmentation; dropout and first parameters have the model's. */
    public Trainer seed(long value) {
        return with(t -> t.seed = value);
    }

    public Trainer schedule(Schedule value) {
        return with(t -> t.schedule = value);
    }

    /** Lowers the learning rate when the validation loss (else the training loss) stops falling. */
    public Trainer reduceOnPlateau(ReduceOnPlateau rule) {
        return with(t -> t.plateau = rule);
    }

    /** Adds {@code factor·Σ|w|} over all weights (not biases) to the objective. */
    public Trainer l1(double factor) {
        return regularization(regularization.l1(factor));
    }

    /** Adds {@code factor/2·Σw²} over all weights (not biases) to the objective. */
    public Trainer l2(double factor) {
        return regularization(regularization.l2(factor));
    }

    /** Scales all gradients together so that their norm is at most {@code limit}. */
    public Trainer clipNorm(double limit) {
        return regularization(regularization.clipNorm(limit));
    }

    /** Clamps each element of each gradient to [−limit, limit]. */
    public Trainer clipValue(double limit) {
        return regularization(regularization.clipValue(limit));
    }

    /** Penalties and clipping at once. */
    public Trainer regularization(Regularization value) {
        return with(t -> t.regularization = value);
    }

    /**
     * Stops when the validation loss (else the training loss) has not been below its best for
     * {@code patience} epochs in a row. The model then has the parameters of the best epoch, as
     * with {@link #restoreBest}, unless {@link #keepLast} follows.
     */
    public Trainer earlyStop(int epochsOfPatience) {
        Checks.atLeast("Trainer", "early stop", 1, epochsOfPatience);
        return with(
                t -> {
                    t.patience = epochsOfPatience;
                    t.restoreBest = true;
                });
    }

    /**
     * Gives the model the parameters of the epoch with the lowest validation loss (else training
     * loss) when training ends.
     */
    public Trainer restoreBest() {
        return with(t -> t.restoreBest = true);
    }

    /** Leaves the model the parameters of the last epoch, whichever was the best. */
    public Trainer keepLast() {
        return with(t -> t.restoreBest = false);
    }

    /** Enqueues all steps piece by piece, as {@link TrainStep#setEager} does. */
    public Trainer eager() {
        return with(t -> t.eager = true);
    }

    /** Checks gradients against the reference while the network trains. */
    public Trainer audit(Audit value) {
        return with(t -> t.audit = value);
    }

    /**
     * Changes each training sample before it is used: the only input, and not the target, so that
     * nothing may move where a target has labels or values for each place.
     */
    public Trainer augment(Augmentation value) {
        return with(t -> t.augmentation = value);
    }

    /** Which samples an epoch takes, in which order; each once, shuffled, by default. */
    public Trainer sampler(Sampler value) {
        return with(t -> t.sampler = value);
    }

    /**
     * Has threads of their own read samples, some batches ahead; 0, the default, reads each batch
     * on the thread that trains. Results do not depend on it. The data set has to let several
     * threads read at a time.
     */
    public Trainer workers(int threads) {
        Checks.atLeast("Trainer", "workers", 0, threads);
        return with(t -> t.workers = threads);
    }

    /** Evaluates on these data after each epoch. */
    public Trainer validation(Dataset dataset) {
        return with(t -> t.validation = dataset);
    }

    /** One more metric of the network's only output, computed on validation data. */
    public Trainer metric(Metric metric) {
        return metric("", metric);
    }

    /**
     * One more metric of an output, computed on validation data, against the target of the first
     * loss that takes the output.
     */
    public Trainer metric(String output, Metric metric) {
        return with(t -> t.metrics = plus(metrics, Map.entry(output, metric)));
    }

    /** Has each update's gradients read, and perhaps changed, before it; replaces another hook. */
    public Trainer beforeUpdate(GradientHook hook) {
        return with(t -> t.beforeUpdate = hook);
    }

    /**
     * Ends training with a {@link WatchException} where it breaks a rule that each training keeps.
     */
    public Trainer watch() {
        return with(t -> t.watch = true);
    }

    /** One more listener. */
    public Trainer listener(TrainingListener listener) {
        return with(t -> t.listeners = plus(listeners, listener));
    }

    /**
     * Has {@link #fit} keep its state there every so often, and where {@link #stopWhen} ends it. A
     * state is always one between two updates. A step waits for the copy only, and a thread in the
     * background writes it; while it writes no other checkpoint is due. One that cannot be written
     * ends the training.
     */
    public Trainer checkpoint(CheckpointStore kept, CheckpointEvery often) {
        return with(
                t -> {
                    t.store = kept;
                    t.every = often;
                });
    }

    /**
     * Has {@link #fit} go on from a state, with the same bits as if the training had not stopped
     * there: on the same kind of device, opened as deterministic or by the same plan. Everything
     * else, the model's seed and the data too, must be as it was.
     *
     * @param state as {@link CheckpointStore#newest} gives it; null to begin anew
     */
    public Trainer resume(@Nullable TrainingState state) {
        return with(t -> t.resumed = state);
    }

    /**
     * Ends the training at the first end of an update at which this is true, behind a last
     * checkpoint, if there are any.
     *
     * @param condition asked after each batch
     */
    public Trainer stopWhen(BooleanSupplier condition) {
        return with(t -> t.stop = condition);
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> more = new ArrayList<>(list);
        more.add(element);
        return List.copyOf(more);
    }

    /**
     * Trains the model: its parameters go on from where they are, and so do its random numbers, so
     * that another fit has another order of samples, other augmentation and other masks of dropout.
     * The optimizer and the schedule start from nothing, and epochs are counted from 1.
     *
     * <p>The same calls in the same order give the same numbers.
     *
     * @throws IllegalArgumentException if model, loss and data do not fit together
     * @throws DivergenceException if a loss or a parameter becomes NaN or infinite
     * @throws MemoryException if the batch does not fit the device's memory or the Java heap
     * @throws ResumeException if the state to {@link #resume} is one of another training
     * @throws java.io.UncheckedIOException if a {@link #checkpoint} cannot be written
     * @throws AuditException if an {@link #audit} that stops finds an operation computing wrongly
     */
    public History fit(Dataset dataset) {
        model.enter();
        try (Fit fit = new Fit(watch ? Watcher.attach(this) : this, dataset)) {
            return fit.run();
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        } finally {
            model.exit();
        }
    }

    /**
     * Evaluates the model in inference mode.
     *
     * @throws IllegalArgumentException if model, loss and data do not fit together
     * @throws IllegalStateException if the loss is NaN or infinite
     */
    public Evaluation evaluate(Dataset dataset) {
        model.enter();
        try (Evaluator evaluator = new Evaluator(this, dataset)) {
            Evaluation evaluation = evaluator.run();
            if (!Double.isFinite(evaluation.loss())) {
                throw new IllegalStateException(
                        "Trainer: expected a finite loss, got "
                                + evaluation.loss()
                                + "; look for huge parameters, and train with a lower learning"
                                + " rate");
            }
            return evaluation;
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw JvmLimits.exception(e);
        } finally {
            model.exit();
        }
    }

    /** The same training with other rates for some steps, and nothing beside it. */
    Trainer rangeTest(Schedule rates, int steps, TrainingListener watch) {
        return with(
                t -> {
                    t.schedule = rates;
                    t.epochs = Math.multiplyExact(steps, accumulate);
                    t.plateau = null;
                    t.patience = Integer.MAX_VALUE;
                    t.restoreBest = false;
                    t.validation = null;
                    t.average = null;
                    t.audit = null;
                    t.watch = false;
                    t.freezing = freezing.until(Integer.MAX_VALUE);
                    t.store = null;
                    t.resumed = null;
                    t.listeners = List.of(watch);
                });
    }

    private Trainer with(Consumer<Trainer> change) {
        Trainer copy;
        try {
            copy = (Trainer) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
        change.accept(copy);
        return copy;
    }
}
