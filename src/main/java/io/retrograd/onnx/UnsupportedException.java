package io.retrograd.onnx;

/** What a node does cannot be had here; the message names the part, as in {@code mode cubic}. */
final class UnsupportedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsupportedException(String part) {
        super(part);
    }
}
