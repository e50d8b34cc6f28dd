package io.retrograd.backend.reference;

import io.retrograd.operation.SequenceOperations;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.Lengths}. */
final class ReferenceLengths extends ReferenceOp {
    private final int padding;
    private final int steps;
    private final ReferenceTensor tokens;
    private final ReferenceTensor y;

    ReferenceLengths(SequenceOperations.Lengths o) {
        padding = o.padding();
        steps = o.steps();
        tokens = own(o.tokens());
        y = own(o.y());
    }

    @Override
    public void forward() {
        int time = tokens.dim(1);
        for (int n = 0; n < y.size(); n++) {
            int length = time;
            while (length > 0 && tokens.get(n * time + length - 1) == padding) {
                length--;
            }
            if (length == 0) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a token beside padding %d, got none in sequence %d",
                                tokens.name(), padding, n));
            }
            long shared = (long) length * steps;
            y.set(n, (int) ((shared + time - 1) / time));
        }
    }

    /** Nothing to do: indices have no gradient. */
    @Override
    public void backward() {}

    /**
     * The length of sequence {@code n}; all steps without lengths.
     *
     * @throws IllegalArgumentException if it is not from 1 to {@code steps}
     */
    static int length(@Nullable ReferenceTensor lengths, int n, int steps) {
        if (lengths == null) {
            return steps;
        }
        double length = lengths.get(n);
        if (!(length >= 1 && length <= steps)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a length from 1 to %d, got %s for sequence %d",
                            lengths.name(), steps, length, n));
        }
        return (int) length;
    }
}
