package io.retrograd.backend;

/** Work that needs more memory than there is. */
public final class MemoryException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final long needed;
    private final long room;

    private MemoryException(String message, long needed, long room) {
        super(message);
        this.needed = needed;
        this.room = room;
    }

    /**
     * A binding that does not fit. Nothing has been allocated for it.
     *
     * @param kind the kind of memory, as in {@code free memory}
     * @param arena bytes of activations, their gradients and workspaces
     * @param parameters bytes of parameters, their gradients and states that are still to come
     * @param available bytes that may be taken
     */
    public static MemoryException binding(
            String kind, long arena, long parameters, long available) {
        return new MemoryException(
                String.format(
                        "Binder: expected a model that fits %,d bytes of %s, got one that needs"
                                + " %,d: activations, gradients and workspaces %,d, parameters %,d;"
                                + " make the batch or the model smaller",
                        available, kind, arena + parameters, arena, parameters),
                arena,
                available - parameters);
    }

    /**
     * A block that could not be had.
     *
     * @param device that it was for
     * @param bytes that were needed
     * @param there the memory that exists, as in {@code 5 of 8}
     * @param advice the remedy
     */
    public static MemoryException block(String device, long bytes, String there, String advice) {
        return new MemoryException(
                String.format(
                        "%s: expected %,d bytes of free memory, got %s; %s",
                        device, bytes, there, advice),
                bytes,
                /* room= */ 0);
    }

    /** A Java heap that is full. */
    static MemoryException heap(OutOfMemoryError error) {
        MemoryException e =
                new MemoryException(
                        String.format(
                                "Java: expected room for arrays and objects on the heap, got all of"
                                        + " its %,d bytes in use (%s); make the batch, the data or"
                                        + " the model smaller, or raise -Xmx",
                                Runtime.getRuntime().maxMemory(), error.getMessage()),
                        /* needed= */ 0,
                        /* room= */ 0);
        e.initCause(error);
        return e;
    }

    /** Bytes requested for all but the parameters, as far as is known. */
    public long needed() {
        return needed;
    }

    /** Bytes that there are for all but the parameters. */
    public long room() {
        return room;
    }

    /** The same, with what to do about it at the end. */
    public MemoryException with(String advice) {
        return new MemoryException(getMessage() + ": " + advice, needed, room);
    }
}
