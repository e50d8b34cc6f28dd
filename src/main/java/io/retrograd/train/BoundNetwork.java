package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Repeated;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Network;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A model bound for one batch size, perhaps with losses behind it, and checks of its inputs. */
final class BoundNetwork implements AutoCloseable {
    private final int batch;
    private final Map<String, BoundInput> inputs = new LinkedHashMap<>();
    private final @Nullable BoundInput onlyInput;
    private final Map<String, Tensor> outputs;
    private final Map<String, Tensor> activations;
    private final List<BoundLoss> losses;
    private final Binding binding;
    private final Backend backend;
    private final double[] number = new double[1];

    /** Of the only target, where there is one. */
    private final double[] labelValues;

    private @Nullable Repeated forward;

    BoundNetwork(Model model, int batch, BindOptions options, @Nullable LossSum losses) {
        this(model, batch, options, losses, Set.of());
    }

    /**
     * A network of which the outputs of some layers are read.
     *
     * @param paths the layers', as in {@code 3.body.1}
     */
    BoundNetwork(
            Model model,
            int batch,
            BindOptions options,
            @Nullable LossSum losses,
            Set<String> paths) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: expected at least 1 sample, got " + batch);
        }
        this.batch = batch;
        Binder binder = new Binder(model.declared(), options.widens(true));
        Recorded recorded = record(model, batch, binder, losses);
        outputs = recorded.outputs;
        this.losses = recorded.losses;
        activations = activations(binder, paths);
        try {
            binding = binder.commit();
        } catch (MemoryException e) {
            throw e.with(advice(model, batch, options, losses, e));
        }
        Network network = Network.of(model.network());
        recorded.inputs.forEach(
                (name, x) -> inputs.put(name, new BoundInput(x, network.tokenIds(name))));
        onlyInput = inputs.size() == 1 ? inputs.values().iterator().next() : null;
        backend = model.declared().backend();
        this.losses.forEach(BoundLoss::begin);
        Map<String, Shape> targets = targets();
        labelValues =
                new double
                        [targets.size() == 1
                                ? Math.toIntExact(targets.values().iterator().next().size())
                                : 0];
    }

    private static Map<String, Tensor> activations(Binder binder, Set<String> paths) {
        Map<String, Tensor> kept = new LinkedHashMap<>();
        for (String path : paths) {
            List<Tensor> results = binder.results().get(path);
            if (results == null) {
                throw new IllegalArgumentException(
                        String.format(
                                "activations: expected the path of a layer, one of %s, got %s",
                                binder.results().keySet(), path));
            }
            for (int i = 0; i < results.size(); i++) {
                kept.put(i == 0 ? path : path + "#" + (i + 1), binder.keep(results.get(i)));
            }
        }
        return kept;
    }

    private record Recorded(
            Map<String, Tensor> inputs, Map<String, Tensor> outputs, List<BoundLoss> losses) {}

    private static Recorded record(
            Model model, int batch, Binder binder, @Nullable LossSum losses) {
        Network network = Network.of(model.network());
        Map<String, Tensor> inputs = network.inputs(binder, model.batchShapes(batch));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        network.bind(binder, inputs).forEach((name, y) -> outputs.put(name, binder.keep(y)));
        return new Recorded(
                inputs,
                outputs,
                losses == null ? List.of() : BoundLoss.bind(binder, losses, outputs));
    }

    private static String advice(
            Model model,
            int batch,
            BindOptions options,
            @Nullable LossSum losses,
            MemoryException failure) {
        if (model.declared().backend().measures()) {
            double share = Math.max(0, failure.room()) / (double) failure.needed();
            return "a batch of about " + (long) (share * batch) + " fits, got " + batch;
        }
        int fits = 0;
        int tooLarge = batch;
        while (tooLarge - fits > 1) {
            int middle = fits + (tooLarge - fits) / 2;
            Binder binder = new Binder(model.declared(), options);
            record(model, middle, binder, losses);
            if (binder.estimate().memoryUse().arena() <= failure.room()) {
                fits = middle;
            } else {
                tooLarge = middle;
            }
        }
        return fits == 0
                ? "not even a batch of 1 fits"
                : "the largest batch that fits is " + fits + ", got " + batch;
    }

    int batch() {
        return batch;
    }

    Binding binding() {
        return binding;
    }

    /** The inputs, by name. */
    Map<String, BoundInput> inputs() {
        return inputs;
    }

    /** The only input. */
    BoundInput input() {
        return onlyInput == null ? Named.only("input", inputs) : onlyInput;
    }

    /** The outputs, by name. */
    Map<String, Tensor> outputs() {
        return outputs;
    }

    /** The only output. */
    Tensor output() {
        return Named.only("output", outputs);
    }

    /**
     * The outputs of the layers that are read, by path; of a layer that is bound several times the
     * second is {@code path#2}.
     */
    Map<String, Tensor> activations() {
        return activations;
    }

    /** The tensors of the inputs, by name. */
    Map<String, Tensor> inputTensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        inputs.forEach((name, x) -> tensors.put(name, x.tensor()));
        return tensors;
    }

    List<BoundLoss> losses() {
        return losses;
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

    /** Writes the inputs by name, after checking them. */
    void write(Map<String, double[]> values) {
        Named.check("inputs", inputs.keySet(), values.keySet());
        inputs.forEach((name, x) -> x.write(Objects.requireNonNull(values.get(name))));
    }

    /** Writes the targets by name, after checking them. */
    void writeTargets(Map<String, double[]> values) {
        Named.check("targets", targets().keySet(), values.keySet());
        values.forEach(this::target);
    }

    /** Writes labels, after checking them. */
    void labels(int[] labels) {
        BoundLoss loss = onlyTarget(/* labels= */ true);
        if (labels.length != labelValues.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "target: expected %d labels, got %d",
                            labelValues.length, labels.length));
        }
        for (int i = 0; i < labels.length; i++) {
            labelValues[i] = labels[i];
        }
        loss.write(labelValues);
    }

    /** Writes the only target, of values, after checking it. */
    void targets(double[] values) {
        onlyTarget(/* labels= */ false).write(values);
    }

    private BoundLoss onlyTarget(boolean labels) {
        boolean one = losses.size() == 1 && losses.get(0).target() != null;
        if (!one || losses.get(0).labels() != labels) {
            throw new IllegalArgumentException(
                    String.format(
                            "target: expected %s, got %s; pass what the loss takes",
                            one ? labels ? "values" : "labels" : targets().keySet() + " by name",
                            labels ? "labels" : "values"));
        }
        return losses.get(0);
    }

    /** The shapes of the targets, by name. */
    Map<String, Shape> targets() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (BoundLoss loss : losses) {
            Tensor target = loss.target();
            if (target != null) {
                Shape other = shapes.putIfAbsent(loss.term().target(), target.shape());
                if (other != null && !other.equals(target.shape())) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "LossSum: expected losses of the target %s to take one shape,"
                                            + " got %s and %s; give them targets of their own",
                                    loss.term().target(), other, target.shape()));
                }
            }
        }
        return shapes;
    }

    /** Writes a target of some losses, after checking it. */
    void target(String name, double[] values) {
        for (BoundLoss loss : losses) {
            if (loss.target() != null && loss.term().target().equals(name)) {
                loss.write(values);
            }
        }
    }

    /** The weighted sum of the losses. */
    double loss() {
        double sum = 0;
        for (int i = 0; i < losses.size(); i++) {
            BoundLoss loss = losses.get(i);
            loss.value().copyTo(number);
            sum += loss.term().weight() * number[0];
        }
        return sum;
    }

    @Override
    public void close() {
        if (forward != null) {
            forward.close();
        }
        inputs.values().forEach(BoundInput::close);
        binding.close();
    }
}
