package io.retrograd.bind;

/** Something is wrong with one layer of a model; the message starts with the layer's path. */
public final class LayerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String reason;

    /**
     * The failure of one layer.
     *
     * @param path the layer's, as in {@code 3.body.1}
     * @param cause the exception that the layer threw
     */
    public LayerException(String path, RuntimeException cause) {
        this(path, String.valueOf(cause.getMessage()), cause);
    }

    private LayerException(String path, String reason, RuntimeException cause) {
        super(path + ": " + reason, cause);
        this.path = path;
        this.reason = reason;
    }

    /** The layer's path, as in {@code 3.body.1}. */
    public String path() {
        return path;
    }

    /** The same failure seen from the parent called {@code name}. */
    public LayerException under(String name) {
        return new LayerException(name + "." + path, reason, this);
    }
}
