package io.retrograd.backend.cuda;

/** A kernel that does not compile. The message holds the compiler's, with the source's lines. */
public final class KernelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    KernelException(String message) {
        super(message);
    }
}
