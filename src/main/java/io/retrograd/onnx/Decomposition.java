package io.retrograd.onnx;

import java.util.List;

/** A user's own operation as ONNX operators. */
@FunctionalInterface
public interface Decomposition {
    /**
     * Adds nodes that compute the operation.
     *
     * @param graph takes them
     * @param x the name of the input's value
     * @param parameters the names of the operation's parameters
     * @return the name of the value that is the output
     */
    String write(GraphBuilder graph, String x, List<String> parameters);
}
