package io.retrograd.onnx;

import io.retrograd.layer.Concat;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.Rnn;
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

    private static List<@Nullable Value> recurrent(Call call) {
        Flow x = call.flow(0);
        boolean batchFirst = call.integer("layout", 0) == 1;
        if (x.rank() != 3 || x.batchAxis() != (batchFirst ? 0 : 1)) {
            throw new UnsupportedException("input " + x.dims());
        }
        Constant w = call.known(1);
        Constant r = call.known(2);
        int hidden = call.size("hidden_size", r.rank() == 3 ? r.dims().get(2).size() : 0);
        String direction = call.text("direction", "forward");
        int given = direction.equals("bidirectional") ? 2 : 1;
        Recurrent<?> plain = cell(call, hidden, given);
        int inputs = x.size(2);
        int rows = plain.spec().rows();
        checkDims(w, given, rows, inputs);
        checkDims(r, given, rows, hidden);
        if (call.has(3)) {
            checkDims(call.known(3), given, 2 * rows);
        }
        checkStates(call, x.size(batchFirst ? 1 : 0));
        boolean reverse = direction.equals("reverse");
        // The other way only: both ways, the first with weights of zero, and then not read.
        Recurrent<?> layer = plain.bidirectional(given == 2 || reverse);
        Flow sequence = batchFirst ? x : call.permuted(x, List.of(1, 0, 2));
        Flow y = call.layer(layer, sequence, parameters(call, plain, reverse, given, inputs));
        if (reverse) {
            y = call.layer(new Narrow(2, hidden, hidden), y);
        }
        return outputs(call, y, given, hidden, batchFirst, reverse);
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
                if (!call.flag("linear_before_reset")) {
                    throw new UnsupportedException("linear_before_reset 0");
                }
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

    private static void checkStates(Call call, int steps) {
        if (call.has(4)
                && !(call.constant(4)
                        && call.known(4).values().stream().allMatch(t -> t == steps))) {
            throw new UnsupportedException("sequence_lens");
        }
        for (int i = 5; i <= 6; i++) {
            if (call.has(i) && !(call.constant(i) && call.known(i).all(0))) {
                throw new UnsupportedException("an initial state");
            }
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

    /** Y and Y_h, from y (N, T, D·H). */
    private static List<@Nullable Value> outputs(
            Call call, Flow y, int directions, int hidden, boolean batchFirst, boolean reverse) {
        Dim batch = y.dims().get(0);
        Dim steps = y.dims().get(1);
        Dim each = Dim.of(hidden);
        Dim ways = Dim.of(directions);
        Flow all = null;
        if (call.wanted(0)) {
            Flow apart = call.viewed(y, List.of(batch, steps, ways, each));
            all = batchFirst ? apart : call.permuted(apart, List.of(1, 2, 0, 3));
        }
        Flow last = null;
        if (call.wanted(1)) {
            last = reverse ? first(call, y) : call.layer(new Narrow(1, -1, 1), y);
            if (directions == 2) {
                Flow there = call.layer(new Narrow(2, 0, hidden), last);
                Flow back = call.layer(new Narrow(2, hidden, hidden), first(call, y));
                last = call.join(new Concat(), there, back);
            }
            last = batchFirst ? last : call.permuted(last, List.of(1, 0, 2));
        }
        Flow cell = null;
        if (call.wanted(2)) {
            cell =
                    call.pending(
                            new Assembly.Pending(call.operator() + " with output Y_c"),
                            batchFirst ? List.of(batch, ways, each) : List.of(ways, batch, each),
                            y);
        }
        return Arrays.asList(all, last, cell);
    }

    private static Flow first(Call call, Flow y) {
        return call.layer(new Narrow(1, 0, 1), y);
    }
}
