package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * One layer of a recurrent network over sequences, in one direction or both, with PyTorch's cells.
 *
 * <pre>
 *   x (N, T, I)    h', h, c', c (N, H) of the step before and of this one    y (N, T, D·H)
 *   w_ih (G·H, I)    w_hh (G·H, H)    b_ih, b_hh (G·H)        of each direction
 *
 *   u = w_ih x[t] + b_ih        v = w_hh h' + b_hh        in blocks of H rows
 *
 *   RNN_TANH, RNN_RELU    h = f(u + v)
 *   LSTM    i, f, o = σ(u + v)    g = tanh(u + v)    c = f c' + i g    h = o tanh(c)
 *   GRU     r, z = σ(u + v)    n = tanh(u_n + r v_n)    h = (1 − z) n + z h'
 * </pre>
 *
 * The blocks are in PyTorch's order: i, f, g, o for LSTM; r, z, n for GRU. The second direction
 * runs from the last step to the first; y has its h behind that of the first.
 *
 * <p>Sources: S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9, 1997; K.
 * Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014.
 *
 * @param hidden H, at least 1
 */
public record RecurrentSpec(Cell cell, int hidden, boolean bidirectional) {
    /** With which all sizes are integers. */
    private static final int LARGEST = 1 << 24;

    /** The function that computes a step. */
    public enum Cell {
        RNN_TANH("Rnn", 1, 1),
        RNN_RELU("Rnn", 1, 1),
        LSTM("Lstm", 4, 2),
        GRU("Gru", 3, 1);

        private final String text;
        private final int gates;
        private final int states;

        Cell(String text, int gates, int states) {
            this.text = text;
            this.gates = gates;
            this.states = states;
        }

        /** For people, as in {@code Lstm}. */
        public String text() {
            return text;
        }

        /** G, blocks of H rows in each weight. */
        public int gates() {
            return gates;
        }

        /** The number of states that one step passes to the next: h, and for LSTM c. */
        public int states() {
            return states;
        }
    }

    public RecurrentSpec {
        if (hidden < 1 || hidden > LARGEST) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: hidden size must be from 1 to %d, got %d", cell, LARGEST, hidden));
        }
    }

    /** D: 1, or 2 if bidirectional. */
    public int directions() {
        return bidirectional ? 2 : 1;
    }

    /** G·H, the rows of each weight. */
    public int rows() {
        return cell.gates() * hidden;
    }

    /**
     * (N, T, D·H).
     *
     * @throws IllegalArgumentException if x is not (N, T, I)
     */
    public Shape outputShape(Shape x) {
        if (x.rank() != 3) {
            throw new IllegalArgumentException(cell + ": expected input (N, T, I), got " + x);
        }
        return x.with(2, directions() * hidden);
    }

    /** (D, N, H), that of an initial or final state. */
    public Shape stateShape(int batch) {
        return Shape.of(directions(), batch, hidden);
    }

    /** The shapes of one direction's weights: w_ih, w_hh, b_ih, b_hh. */
    public List<Shape> weightShapes(int inputs) {
        return List.of(
                Shape.of(rows(), inputs),
                Shape.of(rows(), hidden),
                Shape.of(rows()),
                Shape.of(rows()));
    }
}
