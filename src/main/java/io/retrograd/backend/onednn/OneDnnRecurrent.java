package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a recurrent network, from products of matrices and a cell in Java: gates are in
 * PyTorch's order, as in the weights, and the state and all sums are float32.
 *
 * <p>Behind a sequence's end its state waits, and all gradients are 0.
 */
final class OneDnnRecurrent extends OneDnnOp {
    private static final int WEIGHTS = 4;

    private final RecurrentSpec spec;
    private final OneDnnTensor x;
    private final @Nullable OneDnnTensor lengths;
    private final List<OneDnnTensor> states;
    private final List<OneDnnTensor> weights;
    private final OneDnnTensor y;
    private final List<OneDnnTensor> finalStates;
    private final List<RecurrentDirection> directions = new ArrayList<>();

    OneDnnRecurrent(SequenceOperations.Recurrent o) {
        super(o, "recurrent " + o.spec() + o.x().shape() + (o.lengths() == null ? "" : " lengths"));
        spec = o.spec();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        states = own(o.states());
        weights = own(o.weights());
        y = own(o.y());
        finalStates = own(o.finalStates());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        finalStates.forEach(state -> state.layout(state.plain()));
        directions.clear();
        for (int d = 0; d < spec.directions(); d++) {
            directions.add(
                    new RecurrentDirection(
                            spec,
                            d,
                            x.shape().dim(2),
                            lengths,
                            weights.subList(d * WEIGHTS, (d + 1) * WEIGHTS),
                            y,
                            finalStates));
        }
        boolean differentiated = planner.gradients() && y.gradient() != null;
        OneDnnTensor input = input(forwardPass());
        List<OneDnnTensor> initial = initial(forwardPass());
        for (RecurrentDirection direction : directions) {
            direction.listForward(forwardPass(), input, initial, differentiated);
        }
        if (differentiated) {
            directions.forEach(direction -> direction.saved().forEach(this::save));
            listBackward();
        }
    }

    private void listBackward() {
        Pass pass = backwardPass();
        OneDnnTensor input = input(pass);
        List<OneDnnTensor> initial = initial(pass);
        OneDnnTensor dx = x.gradient();
        OneDnnTensor to = dx == null ? null : pass.out(dx, masterOrder());
        List<OneDnnTensor> starts = new ArrayList<>();
        states.forEach(state -> starts.add(pass.gradientOut(state, state.plain())));
        for (int d = 0; d < directions.size(); d++) {
            directions.get(d).listBackward(pass, input, initial, starts, to, /* adds= */ d > 0);
        }
        for (int i = 0; i < states.size(); i++) {
            pass.store(starts.get(i), states.get(i).gradient());
        }
        if (to != null) {
            pass.store(to, dx);
        }
    }

    /** x row-major, and 0 behind the ends, where it may hold anything. */
    private OneDnnTensor input(Pass pass) {
        Layout plain = masterOrder();
        OneDnnTensor input = pass.in(x, plain);
        OneDnnTensor until = lengths;
        if (until == null) {
            return input;
        }
        OneDnnTensor ended = pass.temporary(x.name() + ".ended", plain);
        pass.add(Reorder.of(input, plain, ended, plain));
        pass.add("end", () -> end(ended, until), until);
        return ended;
    }

    /** Row-major float32. */
    private Layout masterOrder() {
        return engine().layouts().plain(dnnl_f32, x.dims());
    }

    private void end(OneDnnTensor sequences, OneDnnTensor until) {
        int steps = x.shape().dim(1);
        int width = x.shape().dim(2);
        for (int n = 0; n < x.shape().dim(0); n++) {
            int end = OneDnnLengths.length(until, n, steps);
            for (int i = (n * steps + end) * width; i < (n + 1) * steps * width; i++) {
                sequences.set(i, 0);
            }
        }
    }

    private List<OneDnnTensor> initial(Pass pass) {
        return states.stream().map(state -> pass.in(state, state.plain())).toList();
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        boolean bias =
                tensor instanceof OneDnnTensor own
                        && weights.contains(own)
                        && weights.indexOf(own) % WEIGHTS >= 2;
        return !bias && super.backwardReads(tensor);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        if (spec.cell() == RecurrentSpec.Cell.RNN_RELU) {
            directions.forEach(direction -> direction.kinks(ledger));
        }
    }
}
