package io.retrograd.bench;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * One direction of one operation, ready to be run again and again.
 *
 * @param run enqueues it
 * @param release frees what it holds
 * @param recording how it becomes a CUDA graph
 */
public record Operation(Runnable run, Runnable release, Recording recording)
        implements AutoCloseable {
    /** Records work as a CUDA graph. */
    public enum Recording {
        /** It is enqueued piece by piece, and who times it may record it. */
        POSSIBLE,
        /** Its third run records it, the later ones replay that. */
        ITS_OWN,
        /** It is to be enqueued piece by piece, with what no graph can hold. */
        NONE
    }

    /** One that may be recorded. */
    public Operation(Runnable run, Runnable release) {
        this(run, release, Recording.POSSIBLE);
    }

    /**
     * A layer on random inputs.
     *
     * @param direction {@code forward}, {@code backward}, {@code backward-data} where the layer
     *     trains no parameters, or {@code backward-weights}, without the input's gradient
     * @param on stays open
     */
    public static Operation of(Layer layer, Shape input, String direction, Backend on) {
        boolean gradients = !direction.equals("forward");
        boolean data = gradients && !direction.equals("backward-weights");
        BindOptions options =
                !gradients
                        ? BindOptions.forward(/* training= */ true)
                        : data ? BindOptions.gradients(/* training= */ true) : BindOptions.train();
        Parameters parameters = new Parameters(on, /* seed= */ 1);
        Binder binder = new Binder(parameters, options);
        Tensor x = layer.input(binder, input);
        Tensor y = binder.keep(layer.bind(binder, x));
        Binding binding = binder.commit();
        SplittableRandom random = new SplittableRandom(1);
        x.setAll(i -> random.nextGaussian());
        binding.forward();
        if (gradients) {
            y.requireGrad().setAll(i -> random.nextGaussian());
        }
        return new Operation(
                gradients ? binding::backward : binding::forward,
                () -> {
                    binding.close();
                    parameters.close();
                });
    }

    @Override
    public void close() {
        release.run();
    }
}
