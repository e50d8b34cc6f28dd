package io.retrograd.onnx;

import io.retrograd.layer.Gru;
import io.retrograd.layer.Join;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.Rnn;
import io.retrograd.onnx.Ends.Symbol;
import io.retrograd.onnx.Part.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent operators.
 *
 * <pre>
 *   X (T, N, I)    W (D, G·H, I)    R (D, G·H, H)    B (D, 2·G·H)    Y (T, D, N, H)    Y_h (D, N, H)
 * </pre>
 *
 * The blocks of H rows are in another order than here: i, o, f, c for LSTM; z, r, h for GRU.
 */
final class RecurrentOperators {
    static final Map<String, Operator> ALL =
            Map.of(
                    "LSTM", RecurrentOperators::recurrent,
                    "GRU", RecurrentOperators::recurrent,
                    "RNN", RecurrentOperators::recurrent);

    private RecurrentOperators() {}

    /**
     * What a node asks for.
     *
     * @param cell in one direction
     * @param given directions in the file
     * @param reverse whether the only one is from the last step to the first: both are computed,
     *     the first with weights of 0, and that is not read
     * @param resetsFirst whether a GRU resets its state before the product with it
     * @param batchFirst whether x is (N, T, I)
     * @param columns whether it is (T, N, I) with steps as many as there are samples
     */
    private record Asked(
            Recurrent<?> cell,
            int given,
            boolean reverse,
            boolean resetsFirst,
            boolean batchFirst,
            boolean columns) {
        int hidden() {
            return cell.spec().hidden();
        }

        boolean both() {
            return given == 2 || reverse;
        }

        Recurrent<?> layer() {
            return cell.bidirectional(both()).batchFirst(!columns);
        }
    }

    private static List<@Nullable Value> recurrent(Call call) {
        Flow x = call.flow(0);
        boolean batchFirst = call.integer("layout", 0) == 1;
        boolean columns = !batchFirst && x.batchAxis() == 0;
        if (x.rank() != 3 || x.batchAxis() != (batchFirst || columns ? 0 : 1)) {
            throw new UnsupportedException("input " + x.dims());
        }
        Constant r = call.known(2);
        int hidden = call.size("hidden_size", r.rank() == 3 ? r.dims().get(2).size() : 0);
        String direction = call.text("direction", "forward");
        int given = direction.equals("bidirectional") ? 2 : 1;
        boolean resetsFirst = call.operator().equals("GRU") && !call.flag("linear_before_reset");
        Asked asked =
                new Asked(
                        cell(call, hidden, given),
                        given,
                        direction.equals("reverse"),
                        resetsFirst,
                        batchFirst,
                        columns);
        if (columns && resetsFirst) {
            throw new UnsupportedException("linear_before_reset 0 over a batch of steps");
        }
        int inputs = x.size(2);
        int rows = asked.cell.spec().rows();
        checkDims(call.known(1), given, rows, inputs);
        checkDims(r, given, rows, hidden);
        if (call.has(3)) {
            checkDims(call.known(3), given, 2 * rows);
        }
        Flow sequence = batchFirst || columns ? x : call.permuted(x, List.of(1, 0, 2));
        return outputs(call, asked, run(call, asked, sequence), sequence);
    }

    /** y (N, T, D·H), or with the last states behind if they are wanted. */
    private static Flow run(Call call, Asked asked, Flow sequence) {
        Symbol lengths = Ends.symbol(call.has(4) ? call.value(4) : null);
        checkLengths(call, lengths, sequence);
        List<Flow> inputs = new ArrayList<>(List.of(sequence));
        inputs.addAll(RecurrentStates.initial(call, asked.given, asked.hidden(), asked.reverse));
        Parameter[] parameters =
                parameters(call, asked.cell, asked.reverse, asked.given, sequence.size(2));
        if (asked.resetsFirst) {
            parameters = apart(asked.hidden(), parameters);
        }
        boolean ends = ends(call, lengths);
        if (ends && asked.resetsFirst && lengths != null) {
            throw new UnsupportedException("linear_before_reset 0 and sequence_lens");
        }
        Flow y;
        if (inputs.size() == 1 && !ends) {
            Layer layer =
                    asked.resetsFirst
                            ? new ResetFirstGru(asked.hidden(), asked.both())
                            : asked.layer();
            y = call.layer(layer, sequence, parameters);
        } else {
            Join join =
                    asked.resetsFirst
                            ? new ResetFirstGru(asked.hidden(), asked.both())
                            : new RecurrentRun(asked.layer(), ends);
            y = call.join(join, inputs, parameters);
        }
        if (lengths != null) {
            call.ends(y, lengths.padding(), Ends.tokens(call.value(4)));
        }
        return y;
    }

    /** Whether last states are wanted that are not those of the last step. */
    private static boolean ends(Call call, @Nullable Symbol lengths) {
        return call.wanted(2) || (call.wanted(1) && lengths != null);
    }

    private static Recurrent<?> cell(Call call, int hidden, int directions) {
        call.expect("direction", "forward", "reverse", "bidirectional");
        if (call.hasAttribute("clip")) {
            throw new UnsupportedException("clip");
        }
        String operator = call.operator();
        List<String> usual =
                switch (operator) {
                    case "LSTM" -> List.of("sigmoid", "tanh", "tanh");
                    case "GRU" -> List.of("sigmoid", "tanh");
                    default -> List.of("tanh");
                };
        List<String> given = call.texts("activations");
        List<String> functions = new ArrayList<>();
        for (int i = 0; i < directions; i++) {
            functions.addAll(usual);
        }
        List<String> asked =
                given == null
                        ? functions
                        : given.stream().map(f -> f.toLowerCase(Locale.ROOT)).toList();
        boolean relu =
                operator.equals("RNN")
                        && asked.size() == directions
                        && asked.stream().allMatch("relu"::equals);
        if (!asked.equals(functions) && !relu) {
            throw new UnsupportedException("activations " + given);
        }
        switch (operator) {
            case "LSTM" -> {
                call.expect("input_forget", 0);
                if (call.has(7) && !call.known(7).all(0)) {
                    throw new UnsupportedException("peepholes");
                }
                return new Lstm(hidden);
            }
            case "GRU" -> {
                return new Gru(hidden);
            }
            default -> {
                return new Rnn(hidden).relu(relu);
            }
        }
    }

    private static void checkDims(Constant c, int... sizes) {
        List<Dim> dims = Arrays.stream(sizes).mapToObj(Dim::of).toList();
        if (!c.dims().equals(dims)) {
            throw new IllegalArgumentException(
                    String.format("expected weights %s, got %s", dims, c.dims()));
        }
    }

    private static void checkLengths(Call call, @Nullable Symbol lengths, Flow x) {
        Dim steps = x.dims().get(1);
        boolean fits =
                !call.has(4)
                        || (lengths != null && Dim.of(lengths.steps()).equals(steps))
                        || (call.constant(4)
                                && call.known(4).elements().stream().allMatch(steps::equals));
        if (!fits) {
            throw new UnsupportedException("sequence_lens");
        }
    }

    private static Parameter[] parameters(
            Call call, Recurrent<?> cell, boolean reverse, int directions, int inputs) {
        int hidden = cell.spec().hidden();
        List<Parameter> all = new ArrayList<>();
        if (reverse) {
            for (String name : List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")) {
                all.add(Parameter.of(name + "_l0", 0));
            }
        }
        for (int d = 0; d < directions; d++) {
            String end = "_l0" + (d == 1 || reverse ? "_reverse" : "");
            int rows = cell.spec().rows();
            all.add(block(call, "weight_ih" + end, 1, d * rows * inputs, hidden, inputs));
            all.add(block(call, "weight_hh" + end, 2, d * rows * hidden, hidden, hidden));
            if (call.has(3)) {
                all.add(block(call, "bias_ih" + end, 3, 2 * d * rows, hidden, 1));
                all.add(block(call, "bias_hh" + end, 3, (2 * d + 1) * rows, hidden, 1));
            } else {
                all.add(Parameter.of("bias_ih" + end, 0));
                all.add(Parameter.of("bias_hh" + end, 0));
            }
        }
        return all.toArray(Parameter[]::new);
    }

    /** With the rows of gates apart from those of what they open. */
    private static Parameter[] apart(int hidden, Parameter... all) {
        List<Parameter> parts = new ArrayList<>();
        for (Parameter each : all) {
            if (!each.name().contains("_hh_")) {
                parts.add(each);
                continue;
            }
            boolean weight = each.name().startsWith("weight");
            int first = 2 * hidden * (weight ? hidden : 1);
            String gates =
                    each.name()
                            .replaceFirst(
                                    "\\w+_hh", weight ? ResetFirstGru.WEIGHT : ResetFirstGru.BIAS);
            parts.add(new Parameter(gates, each.values(), each.source(), /* key= */ null));
            parts.add(
                    new Parameter(
                            each.name(),
                            i -> each.values().applyAsDouble(first + i),
                            each.source(),
                            /* key= */ null));
        }
        return parts.toArray(Parameter[]::new);
    }

    /** For each block of rows here its number there. */
    private static int[] order(String operator) {
        return switch (operator) {
            case "LSTM" -> new int[] {0, 2, 3, 1};
            case "GRU" -> new int[] {1, 0, 2};
            default -> new int[] {0};
        };
    }

    private static Parameter block(
            Call call, String name, int input, int start, int hidden, int columns) {
        Constant from = call.known(input);
        int[] order = order(call.operator());
        IntToDoubleFunction values =
                i -> {
                    int row = i / columns;
                    int moved = order[row / hidden] * hidden + row % hidden;
                    return from.real(start + moved * columns + i % columns);
                };
        String source = from.source();
        return new Parameter(
                name, values, source, source == null ? null : source + " from " + start);
    }

    /** Y, Y_h and Y_c. */
    private static List<@Nullable Value> outputs(Call call, Asked asked, Flow run, Flow x) {
        int hidden = asked.hidden();
        Flow own = asked.reverse ? call.layer(new Narrow(2, hidden, hidden), run) : run;
        Dim steps = x.dims().get(1);
        boolean ends = !own.dims().get(1).equals(steps);
        Flow y = ends ? call.layer(new Narrow(1, 0, steps.size()), own) : own;
        Flow all = null;
        if (call.wanted(0)) {
            List<Dim> dims = List.of(y.dims().get(0), steps, Dim.of(asked.given), Dim.of(hidden));
            Flow apart = call.viewed(y, dims);
            boolean stepsFirst = asked.columns;
            all =
                    asked.batchFirst
                            ? apart
                            : call.permuted(
                                    apart, stepsFirst ? List.of(0, 2, 1, 3) : List.of(1, 2, 0, 3));
        }
        if (asked.columns && (call.wanted(1) || call.wanted(2))) {
            throw new UnsupportedException("last states of a batch of steps");
        }
        Flow last = null;
        if (call.wanted(1)) {
            last = state(call, asked, ends ? end(call, own, steps, 0) : lastStep(call, asked, y));
        }
        Flow cell = call.wanted(2) ? state(call, asked, end(call, own, steps, 1)) : null;
        return Arrays.asList(all, last, cell);
    }

    private static Flow end(Call call, Flow own, Dim steps, int number) {
        return call.layer(new Narrow(1, steps.size() + number, 1), own);
    }

    /** The steps (N, 1, D·H) at which each direction ends. */
    private static Flow lastStep(Call call, Asked asked, Flow y) {
        int hidden = asked.hidden();
        Flow first = call.layer(new Narrow(1, 0, 1), y);
        if (asked.reverse) {
            return first;
        }
        Flow last = call.layer(new Narrow(1, -1, 1), y);
        if (asked.given == 1) {
            return last;
        }
        return call.joined(
                List.of(
                        call.layer(new Narrow(2, 0, hidden), last),
                        call.layer(new Narrow(2, hidden, hidden), first)),
                2);
    }

    /** A state (D, N, H), or (N, D, H) where the batch is first. */
    private static Flow state(Call call, Asked asked, Flow step) {
        Flow apart =
                call.viewed(
                        step,
                        List.of(step.dims().get(0), Dim.of(asked.given), Dim.of(asked.hidden())));
        return asked.batchFirst ? apart : call.permuted(apart, List.of(1, 0, 2));
    }
}
