package io.retrograd.backend;

/** A binding that needs more memory than there is. Nothing has been allocated for it. */
public final class MemoryException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final long room;

    /**
     * Says what is needed and what there is.
     *
     * @param arena bytes of activations, their gradients and workspaces
     * @param parameters bytes of parameters, their gradients and states that are still to come
     * @param available bytes that may be taken
     */
    MemoryException(long arena, long parameters, long available) {
        this(
                String.format(
                        "Binder: expected at most %,d bytes, got a model that needs %,d:"
                                + " activations, gradients and workspaces %,d, parameters %,d; make"
                                + " the batch or the model smaller",
                        available, arena + parameters, arena, parameters),
                available - parameters);
    }

    private MemoryException(String message, long room) {
        super(message);
        this.room = room;
    }

    /** Bytes that there are for all but the parameters. */
    public long room() {
        return room;
    }

    /** The same, with what to do about it at the end. */
    public MemoryException with(String advice) {
        return new MemoryException(getMessage() + ": " + advice, room);
    }
}
