package io.retrograd.backend.onednn;

import io.retrograd.operation.SequenceOperations;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.Lengths}. */
final class OneDnnLengths extends OneDnnOp {
    private final int padding;
    private final int steps;
    private final OneDnnTensor tokens;
    private final OneDnnTensor y;

    OneDnnLengths(SequenceOperations.Lengths o) {
        super(o, "lengths " + o.steps() + o.tokens().shape());
        padding = o.padding();
        steps = o.steps();
        tokens = own(o.tokens());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        forwardPass().add("lengths", this::count, tokens);
        forwardPass().writes(y);
    }

    private void count() {
        int time = tokens.shape().dim(1);
        for (int n = 0; n < y.size(); n++) {
            int length = time;
            while (length > 0 && index(tokens, n * time + length - 1) == padding) {
                length--;
            }
            if (length == 0) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a token beside padding %d, got none in sequence %d",
                                tokens.name(), padding, n));
            }
            long shared = (long) length * steps;
            y.buffer().putInt(n * Integer.BYTES, (int) ((shared + time - 1) / time));
        }
    }

    /** Element {@code i} of indices. */
    static int index(OneDnnTensor indices, int i) {
        return indices.buffer().getInt(i * Integer.BYTES);
    }

    /**
     * The length of sequence {@code n}; all steps without lengths.
     *
     * @throws IllegalArgumentException if it is not from 1 to {@code steps}
     */
    static int length(@Nullable OneDnnTensor lengths, int n, int steps) {
        if (lengths == null) {
            return steps;
        }
        int length = index(lengths, n);
        if (length < 1 || length > steps) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a length from 1 to %d, got %d for sequence %d",
                            lengths.name(), steps, length, n));
        }
        return length;
    }
}
