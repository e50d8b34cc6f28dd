package io.retrograd.onnx;

import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.OverTime;
import io.retrograd.layer.Recurrent;
import io.retrograd.operation.SequenceOperations.AttentionMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds where sequences of tokens end before their padding, and what is not read behind that.
 *
 * <pre>
 *   length[n] = ⌈steps·max over t of (tokens[n, t] = padding ? 0 : t + 1) / T⌉
 * </pre>
 *
 * Operators of that are computed by layers of {@link io.retrograd.layer.Padded}.
 */
final class Ends {
    /** What a number is that follows from tokens. */
    enum Kind {
        PADDING,
        PLACE,
        LENGTH,
        SCALED,
        RAISED,
        LAST,
        BEFORE,
        SEEN,
        SUM
    }

    /**
     * A number that follows from tokens, which no layer computes alone.
     *
     * @param padding the token behind the end
     * @param steps into how many a sequence of full length was made
     * @param behind what takes the place of steps behind the end
     */
    record Symbol(Kind kind, int padding, int steps, double behind) implements Unfinished {
        Symbol with(Kind next) {
            return new Symbol(next, padding, steps, behind);
        }

        @Override
        public String text() {
            return "whole numbers";
        }
    }

    private static final Map<String, Operator.One> OPERATORS =
            Map.ofEntries(
                    Map.entry("Equal", Ends::equal),
                    Map.entry("Where", Ends::where),
                    Map.entry("ReduceMax", Ends::reduced),
                    Map.entry("ReduceSum", Ends::reduced),
                    Map.entry("Mul", Ends::scaled),
                    Map.entry("Add", Ends::raised),
                    Map.entry("Sub", Ends::last),
                    Map.entry("Div", Ends::divided),
                    Map.entry("Less", Ends::before),
                    Map.entry("Cast", call -> call.value(0)),
                    Map.entry("Reshape", Ends::same),
                    Map.entry("Unsqueeze", Ends::same),
                    Map.entry("GatherND", Ends::gathered));

    private Ends() {}

    /** Whether a layer stops where its sequences end. */
    static boolean canEnd(@Nullable Object function) {
        return function instanceof Recurrent
                || function instanceof RecurrentRun
                || function instanceof ResetFirstGru
                || function instanceof OverTime
                || function instanceof Unseen;
    }

    /** The operator of a node that reads such numbers, or compares tokens; null for others. */
    static @Nullable Operator find(String operator, List<@Nullable Value> inputs) {
        Operator.One own = OPERATORS.get(operator);
        boolean compares =
                operator.equals("Equal")
                        && inputs.stream().anyMatch(x -> x instanceof Flow flow && flow.whole());
        boolean reads = inputs.stream().anyMatch(x -> symbol(x) != null);
        return own != null && (compares || reads) ? Operator.one(own) : null;
    }

    /** What a value is that follows from tokens; null for others. */
    static @Nullable Symbol symbol(@Nullable Value value) {
        return value instanceof Flow flow && flow.from().function() instanceof Symbol symbol
                ? symbol
                : null;
    }

    private static UnsupportedException other() {
        return new UnsupportedException("whole numbers that are computed");
    }

    /** Input i, of any kind. */
    private static Symbol symbol(Call call, int i) {
        Symbol symbol = symbol(call.value(i));
        if (symbol == null) {
            throw other();
        }
        return symbol;
    }

    /** Input i, if it is of this kind. */
    private static Symbol symbol(Call call, int i, Kind kind) {
        Symbol symbol = symbol(call, i);
        if (symbol.kind != kind) {
            throw other();
        }
        return symbol;
    }

    /** The tokens that such a number follows from. */
    static Flow tokens(Value symbol) {
        List<Flow> from = ((Flow) symbol).from().from();
        return from.get(from.size() - 1);
    }

    private static void check(boolean fits) {
        if (!fits) {
            throw other();
        }
    }

    private static boolean number(Call call, int i, long number) {
        return call.constant(i)
                && call.known(i).count().equals(Dim.of(1))
                && call.known(i).real(0) == number;
    }

    private static Flow equal(Call call) {
        check(call.value(0) instanceof Flow && call.constant(1));
        Flow tokens = (Flow) call.value(0);
        check(tokens.from().function() == null && tokens.rank() == 2);
        int padding = call.known(1).element(0).size();
        check(number(call, 1, padding));
        Symbol symbol = new Symbol(Kind.PADDING, padding, tokens.size(1), 0);
        return call.unfinished(symbol, tokens.dims(), tokens);
    }

    private static Flow where(Call call) {
        Symbol condition = symbol(call.value(0));
        if (condition != null && condition.kind == Kind.PADDING) {
            check(number(call, 1, 0) && call.constant(2));
            List<Dim> places = call.known(2).elements();
            check(places.size() == condition.steps);
            for (int t = 0; t < places.size(); t++) {
                check(places.get(t).equals(Dim.of(t + 1)));
            }
            return derived(call, 0, Kind.PLACE, ((Flow) call.value(0)).dims());
        }
        symbol(call, 0, Kind.BEFORE);
        return seen(call, call.flow(1), call.known(2).scalar());
    }

    private static Flow derived(Call call, int i, Kind kind, List<Dim> dims) {
        Symbol symbol = symbol(call.value(i));
        return call.unfinished(
                (symbol == null ? symbol(call, i, kind) : symbol).with(kind),
                dims,
                tokens(call.value(i)));
    }

    /** x, and another number behind each sequence's end. */
    private static Flow seen(Call call, Flow x, double behind) {
        Symbol before = symbol(call, 0, Kind.BEFORE);
        List<Dim> mask = ((Flow) call.value(0)).dims();
        int axis = x.rank() - 1 - (mask.get(mask.size() - 1).equals(Dim.of(1)) ? 1 : 0);
        check(mask.size() == x.rank() && mask.get(axis).equals(Dim.of(before.steps)));
        check(x.dims().get(axis).equals(mask.get(axis)));
        if (x.rank() == 4 && axis == 3 && behind == AttentionMask.UNSEEN) {
            return ended(call, before, new Unseen(), x, tokens(call.value(0)));
        }
        Symbol seen = new Symbol(Kind.SEEN, before.padding, before.steps, behind);
        return call.unfinished(seen, x.dims(), x, tokens(call.value(0)));
    }

    private static Flow ended(Call call, Symbol symbol, Layer layer, Flow x, Flow tokens) {
        Flow y = call.layer(layer, x);
        call.ends(y, symbol.padding, tokens);
        return y;
    }

    private static Flow reduced(Call call) {
        Flow x = (Flow) call.value(0);
        Symbol symbol = symbol(call, 0);
        List<Long> axes = call.attributeOrInput("axes", 1);
        check(axes != null && axes.equals(List.of(1L)) && call.integer("keepdims", 1) == 0);
        boolean largest = call.operator().equals("ReduceMax");
        List<Dim> dims = new ArrayList<>(x.dims());
        dims.remove(1);
        if (largest && symbol.kind == Kind.PLACE) {
            return derived(call, 0, Kind.LENGTH, dims);
        }
        check(symbol.kind == Kind.SEEN && x.rank() == 3);
        Flow steps = x.from().from().get(0);
        if (largest) {
            check(symbol.behind == Double.NEGATIVE_INFINITY);
            return ended(call, symbol, new MaxOverTime(), steps, tokens(x));
        }
        check(symbol.behind == 0);
        return call.unfinished(symbol.with(Kind.SUM), dims, steps, tokens(x));
    }

    private static Flow scaled(Call call) {
        Symbol length = symbol(call, 0, Kind.LENGTH);
        int steps = call.known(1).element(0).size();
        check(length.steps == tokens(call.value(0)).size(1) && number(call, 1, steps));
        return call.unfinished(
                new Symbol(Kind.SCALED, length.padding, steps, 0),
                ((Flow) call.value(0)).dims(),
                tokens(call.value(0)));
    }

    private static Flow raised(Call call) {
        symbol(call, 0, Kind.SCALED);
        check(number(call, 1, tokens(call.value(0)).size(1) - 1));
        return derived(call, 0, Kind.RAISED, ((Flow) call.value(0)).dims());
    }

    private static Flow last(Call call) {
        symbol(call, 0, Kind.LENGTH);
        check(number(call, 1, 1));
        return derived(call, 0, Kind.LAST, ((Flow) call.value(0)).dims());
    }

    private static Flow divided(Call call) {
        Flow x = (Flow) call.value(0);
        Symbol symbol = symbol(x);
        if (symbol != null && symbol.kind == Kind.SUM) {
            Symbol length = symbol(call, 1, Kind.LENGTH);
            check(length.steps == symbol.steps);
            return ended(call, symbol, new MeanOverTime(), x.from().from().get(0), tokens(x));
        }
        symbol(call, 0, Kind.RAISED);
        check(number(call, 1, tokens(x).size(1)));
        return derived(call, 0, Kind.LENGTH, x.dims());
    }

    private static Flow before(Call call) {
        Symbol length = symbol(call, 1, Kind.LENGTH);
        Constant steps = call.known(0);
        List<Dim> numbers = steps.elements();
        check(numbers.size() == length.steps);
        for (int t = 0; t < numbers.size(); t++) {
            check(numbers.get(t).equals(Dim.of(t)));
        }
        return derived(
                call,
                1,
                Kind.BEFORE,
                Folding.broadcast(steps.dims(), ((Flow) call.value(1)).dims()));
    }

    /** The same numbers under other sizes, all but the batch's 1. */
    private static Flow same(Call call) {
        Flow x = (Flow) call.value(0);
        Symbol symbol = symbol(call, 0);
        check(symbol.kind == Kind.LENGTH || symbol.kind == Kind.LAST);
        int rank =
                call.operator().equals("Reshape")
                        ? call.known(1).size()
                        : x.rank() + call.known(1).size();
        List<Dim> dims = new ArrayList<>(List.of(Dim.BATCH));
        for (int i = 1; i < rank; i++) {
            dims.add(Dim.of(1));
        }
        return derived(call, 0, symbol.kind, dims);
    }

    private static Flow gathered(Call call) {
        Symbol last = symbol(call, 1, Kind.LAST);
        Flow x = call.flow(0);
        check(x.rank() == 3 && x.dims().get(1).equals(Dim.of(last.steps)));
        check(call.integer("batch_dims", 0) == 1);
        return ended(call, last, new LastOverTime(), x, tokens(call.value(1)));
    }
}
