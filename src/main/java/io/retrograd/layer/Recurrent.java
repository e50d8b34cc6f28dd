package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The common part of recurrent layers of all cells: the sequence passes through one or more of
 * them, each reading the steps of the one before, with dropout between.
 *
 * <pre>
 *   x (N, T, I)    y (N, T, D·H)    states (D, N, H) of each layer        D = 2 if bidirectional
 *
 *   weight_ih_l0 (G·H, I)    weight_hh_l0 (G·H, H)    bias_ih_l0, bias_hh_l0 (G·H)
 * </pre>
 *
 * Parameters are named as in PyTorch, {@code weight_ih_l1_reverse} in the second layer's second
 * direction, and start uniform in ±√(1/H). In {@link Padded} each sequence ends before its padding.
 * Layers are equal if their classes and all their settings are.
 *
 * @param <L> the layer's own type, which the withers return
 * @see RecurrentSpec the cells
 */
public abstract class Recurrent<L extends Recurrent<L>> extends Configured<Recurrent.Settings, L> {
    /** All that a user can set. */
    record Settings(
            RecurrentSpec spec, int layers, boolean batchFirst, double dropout, boolean stateful) {
        static Settings of(RecurrentSpec.Cell cell, int hidden) {
            return new Settings(
                    new RecurrentSpec(cell, hidden, /* bidirectional= */ false),
                    /* layers= */ 1,
                    /* batchFirst= */ true,
                    /* dropout= */ 0,
                    /* stateful= */ false);
        }

        Settings {
            Checks.atLeast(spec.cell().name(), "layers", 1, layers);
            Checks.fraction(spec.cell().name(), "dropout", dropout);
        }

        Settings with(RecurrentSpec changed) {
            return new Settings(changed, layers, batchFirst, dropout, stateful);
        }
    }

    Recurrent(Settings settings, Function<Settings, L> with) {
        super(settings, with);
    }

    /** The cell, the hidden size and the directions of each layer. */
    public final RecurrentSpec spec() {
        return settings.spec;
    }

    /** The same with a number of layers, at least 1. */
    public L layers(int count) {
        Settings s = settings;
        return with(new Settings(s.spec, count, s.batchFirst, s.dropout, s.stateful));
    }

    /** The same in one direction or, from the last step to the first, in a second one too. */
    public L bidirectional(boolean both) {
        return withSpec(new RecurrentSpec(settings.spec.cell(), settings.spec.hidden(), both));
    }

    /** The same for x (N, T, I), as by default, or for (T, N, I), and y alike. */
    public L batchFirst(boolean first) {
        Settings s = settings;
        return with(new Settings(s.spec, s.layers, first, s.dropout, s.stateful));
    }

    /** The same with dropout of this probability behind each layer but the last. */
    public L dropout(double p) {
        Settings s = settings;
        return with(new Settings(s.spec, s.layers, s.batchFirst, p, s.stateful));
    }

    /**
     * The same with each run going on where the one before ended: sequence i of a batch begins with
     * the states in which sequence i of the batch before ended. No gradient flows from one run to
     * the other: long sequences, cut into parts, are learned by truncated back-propagation through
     * time. Each step and each batch size of predictions has states of its own; {@code
     * Model.resetStates} makes them 0. A gradient check starts from 0 each time.
     */
    public L stateful(boolean carry) {
        Settings s = settings;
        return with(new Settings(s.spec, s.layers, s.batchFirst, s.dropout, carry));
    }

    final L withSpec(RecurrentSpec spec) {
        return with(settings.with(spec));
    }

    @Override
    public final Shape outputShape(Shape input) {
        return settings.spec.outputShape(input);
    }

    /** From zero states, or those of the run before if {@link #stateful}; without final ones. */
    @Override
    public final Tensor bind(Binder binder, Tensor x) {
        return bind(binder, x, /* lengths= */ null, List.of(), /* finalStates= */ false).y();
    }

    /**
     * With lengths, initial and final states.
     *
     * @param lengths steps of each sequence, int32 (N), from 1 to T; null for all, or in {@link
     *     Padded} for those before the padding
     * @param states initial ones (D, N, H), layer by layer: h, or for {@link Lstm} h and c; none
     *     for zeros
     * @throws IllegalArgumentException if {@link #stateful}: such a layer has its own states
     */
    public final RecurrentOutput bind(
            Binder binder, Tensor x, @Nullable Tensor lengths, List<Tensor> states) {
        if (settings.stateful) {
            throw new IllegalArgumentException(
                    kind() + ": expected stateful(false) where states are passed, got " + this);
        }
        return bind(binder, x, lengths, states, /* finalStates= */ true);
    }

    private RecurrentOutput bind(
            Binder binder,
            Tensor x,
            @Nullable Tensor lengths,
            List<Tensor> states,
            boolean finalStates) {
        outputShape(x.shape());
        int perLayer = settings.spec.cell().states();
        if (!states.isEmpty() && states.size() != perLayer * settings.layers) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %d initial states or none, got %d",
                            kind(), perLayer * settings.layers, states.size()));
        }
        Tensor sequence = batchFirst(binder, x);
        Tensor ends = lengths == null ? binder.lengths(sequence.shape().dim(1)) : lengths;
        List<Tensor> last = new ArrayList<>();
        for (int layer = 0; layer < settings.layers; layer++) {
            List<Tensor> weights = weights(binder, layer, sequence.shape().dim(2));
            if (settings.stateful) {
                sequence = binder.statefulRecurrent(settings.spec, sequence, ends, weights);
            } else {
                List<Tensor> first =
                        states.isEmpty()
                                ? List.of()
                                : states.subList(layer * perLayer, (layer + 1) * perLayer);
                List<Tensor> results =
                        binder.recurrent(
                                settings.spec, sequence, ends, first, weights, finalStates);
                last.addAll(results.subList(1, results.size()));
                sequence = results.get(0);
            }
            boolean drops = settings.dropout > 0 && layer < settings.layers - 1;
            sequence = drops ? binder.dropout(settings.dropout, sequence) : sequence;
        }
        return new RecurrentOutput(batchFirst(binder, sequence), last);
    }

    /** The sequence with the batch as first dimension, or back from that. */
    private Tensor batchFirst(Binder binder, Tensor x) {
        return settings.batchFirst ? x : new Transpose(0, 1).bind(binder, x);
    }

    private List<Tensor> weights(Binder binder, int layer, int inputs) {
        List<String> names = List.of("weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l");
        List<Shape> shapes = settings.spec.weightShapes(inputs);
        Initializer first = Initializer.uniform(Math.sqrt(1.0 / settings.spec.hidden()));
        List<Tensor> weights = new ArrayList<>();
        for (int d = 0; d < settings.spec.directions(); d++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i) + layer + (d == 0 ? "" : "_reverse");
                weights.add(binder.parameter(name, shapes.get(i), first));
            }
        }
        return weights;
    }

    @Override
    final List<String> parts() {
        List<String> parts = new ArrayList<>();
        parts.add("hidden=" + settings.spec.hidden());
        if (settings.spec.cell() == RecurrentSpec.Cell.RNN_RELU) {
            parts.add("relu=true");
        }
        if (settings.layers > 1) {
            parts.add("layers=" + settings.layers);
        }
        if (settings.spec.bidirectional()) {
            parts.add("bidirectional=true");
        }
        if (!settings.batchFirst) {
            parts.add("batchFirst=false");
        }
        if (settings.dropout > 0) {
            parts.add("dropout=" + settings.dropout);
        }
        if (settings.stateful) {
            parts.add("stateful=true");
        }
        return parts;
    }
}
