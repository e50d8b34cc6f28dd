package io.retrograd.operation;

/**
 * Rows of a table by indices, of which one may be padding: its row gets no gradient.
 *
 * @param padding the padding index, or −1
 * @param zeros whether y is 0 for padding, which is the function that the gradient belongs to; else
 *     y is its row, whatever that holds
 */
public record EmbeddingSpec(int padding, boolean zeros) {
    public EmbeddingSpec {
        if (padding < -1) {
            throw new IllegalArgumentException(
                    "Embedding: padding index must be at least 0, or -1 for none, got " + padding);
        }
    }
}
