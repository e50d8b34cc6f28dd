package io.retrograd.onnx;

import io.retrograd.layer.Pad;
import io.retrograd.layer.Scale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** States that a recurrent operator begins with. */
final class RecurrentStates {
    private static final List<Integer> INPUTS = List.of(5, 6);

    private RecurrentStates() {}

    /**
     * Initial states (N, D, H); none if all are 0.
     *
     * @param reverse whether there is a direction before the only one that is given, which nothing
     *     reads
     */
    static List<Flow> initial(Call call, int directions, int hidden, boolean reverse) {
        List<Integer> given = call.operator().equals("LSTM") ? INPUTS : INPUTS.subList(0, 1);
        List<@Nullable Flow> states = new ArrayList<>();
        for (int i : given) {
            states.add(state(call, i, directions, hidden));
        }
        Flow some = states.stream().filter(state -> state != null).findFirst().orElse(null);
        if (some == null) {
            return List.of();
        }
        List<Flow> all = new ArrayList<>();
        for (Flow state : states) {
            Flow own = state == null ? call.layer(new Scale(0), some) : state;
            all.add(reverse ? call.layer(new Pad(0, 0, 1, 0), own) : own);
        }
        return all;
    }

    private static @Nullable Flow state(Call call, int input, int directions, int hidden) {
        boolean zero = !call.has(input) || (call.constant(input) && call.known(input).all(0));
        if (zero) {
            return null;
        }
        boolean batchFirst = call.integer("layout", 0) == 1;
        int batch = batchFirst ? 0 : 1;
        Flow given =
                call.constant(input)
                        ? Arithmetic.repeated(call, call.known(input), batch, call.flow(0))
                        : call.flow(input);
        boolean first = batchFirst || (directions == 1 && given.batchAxis() == 0);
        Flow moved = first ? given : call.permuted(given, List.of(1, 0, 2));
        List<Dim> dims = List.of(Dim.BATCH, Dim.of(directions), Dim.of(hidden));
        if (!moved.dims().equals(dims)) {
            throw new UnsupportedException("an initial state " + given.dims());
        }
        return moved;
    }
}
