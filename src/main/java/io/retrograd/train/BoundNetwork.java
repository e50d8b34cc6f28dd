package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Repeated;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.TokenIds;
import io.retrograd.loss.Loss;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Readout;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A model bound for one batch size, perhaps with a loss behind it, and checks of its inputs. */
final class BoundNetwork implements AutoCloseable {
    private final int batch;
    private final @Nullable TokenIds tokens;
    private final Tensor x;
    private final Tensor output;
    private final @Nullable Tensor target;
    private final @Nullable Tensor loss;
    private final Binding binding;
    private final double[] labelValues;
    private final double[] lossValue = new double[1];
    private final Feed feed;
    private final Backend backend;
    private @Nullable Repeated forward;

    BoundNetwork(Model model, int batch, BindOptions options, @Nullable Loss loss) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: expected at least 1 sample, got " + batch);
        }
        this.batch = batch;
        tokens = model.network().tokenIds();
        Binder binder = new Binder(model.declared(), options);
        x = model.network().input(binder, model.sampleShape().batch(batch));
        output = binder.keep(model.network().bind(binder, x));
        target = loss == null ? null : loss.target(binder, output.shape());
        this.loss = loss == null || target == null ? null : loss.bind(binder, output, target);
        try {
            binding = binder.commit();
        } catch (MemoryException e) {
            throw e.with(advice(model, batch, options, loss, e));
        }
        feed = x.feed();
        backend = model.declared().backend();
        labelValues = new double[target == null ? 0 : Math.toIntExact(target.shape().size())];
        if (this.loss != null && this.loss.grad() != null) {
            this.loss.requireGrad().copyFrom(1);
        }
    }

    private static String advice(
            Model model,
            int batch,
            BindOptions options,
            @Nullable Loss loss,
            MemoryException failure) {
        if (model.declared().backend().measures()) {
            double share = Math.max(0, failure.room()) / (double) failure.needed();
            return "a batch of about " + (long) (share * batch) + " fits, got " + batch;
        }
        int fits = 0;
        int tooLarge = batch;
        while (tooLarge - fits > 1) {
            int middle = fits + (tooLarge - fits) / 2;
            if (arena(model, middle, options, loss) <= failure.room()) {
                fits = middle;
            } else {
                tooLarge = middle;
            }
        }
        return fits == 0
                ? "not even a batch of 1 fits"
                : "the largest batch that fits is " + fits + ", got " + batch;
    }

    /** Bytes that a binding for this batch would take beside the parameters. */
    private static long arena(Model model, int batch, BindOptions options, @Nullable Loss loss) {
        Binder binder = new Binder(model.declared(), options);
        Tensor x = model.network().input(binder, model.sampleShape().batch(batch));
        Tensor y = binder.keep(model.network().bind(binder, x));
        if (loss != null) {
            loss.bind(binder, y, loss.target(binder, y.shape()));
        }
        return binder.estimate().memoryUse().arena();
    }

    int batch() {
        return batch;
    }

    Shape outputShape() {
        return output.shape();
    }

    Binding binding() {
        return binding;
    }

    /** Writes the input, after checking it. */
    void input(double[] values) {
        if (tokens == null) {
            feed.write(values);
        } else {
            Inputs.writeTokens(x, tokens, values);
        }
    }

    /** Writes the input, after checking it. */
    void input(float[] values) {
        requireNumbers();
        feed.write(values);
    }

    /** Writes an input of pixels over the largest, after checking it. */
    void input(byte[] pixels, int largest) {
        requireNumbers();
        feed.write(pixels, largest);
    }

    private void requireNumbers() {
        if (tokens != null) {
            throw new IllegalArgumentException(
                    x.name() + ": expected tokens as doubles, got floats or pixels");
        }
    }

    /** Runs the network in inference mode, as one of many times. */
    void infer() {
        Repeated known = forward;
        if (known == null) {
            known = backend.repeated(binding::forward);
            forward = known;
        }
        known.run();
    }

    /** Writes labels, after checking them. */
    void labels(int[] labels) {
        Tensor tensor = target(/* labels= */ true);
        if (labels.length != labelValues.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %d labels, got %d",
                            tensor.name(), labelValues.length, labels.length));
        }
        int classes = output.shape().dim(output.shape().rank() - 1);
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a label from 0 to %d, got %d for sample %d",
                                tensor.name(), classes - 1, labels[i], i));
            }
            labelValues[i] = labels[i];
        }
        tensor.copyFrom(labelValues);
    }

    /** Writes a target of values, after checking it. */
    void targets(double[] values) {
        Inputs.write(target(/* labels= */ false), values);
    }

    double loss() {
        requireLoss().copyTo(lossValue);
        return lossValue[0];
    }

    void output(double[] into) {
        output.copyTo(into);
    }

    /** Ways to read the loss and the output later than they are taken; for the caller to close. */
    Readout lossReadout() {
        return requireLoss().readout();
    }

    Readout outputReadout() {
        return output.readout();
    }

    private Tensor requireLoss() {
        if (loss == null) {
            throw new IllegalStateException("loss: expected a network bound with one, got none");
        }
        return loss;
    }

    private Tensor target(boolean labels) {
        if (target == null || (target.dtype() == DType.INT32) != labels) {
            throw new IllegalArgumentException(
                    String.format(
                            "target: expected %s, got %s; pass what the loss takes",
                            labels ? "values" : "labels", labels ? "labels" : "values"));
        }
        return target;
    }

    @Override
    public void close() {
        if (forward != null) {
            forward.close();
        }
        feed.close();
        binding.close();
    }
}
