package io.retrograd.layer;

import org.jspecify.annotations.Nullable;

/** Layers by the paths that bindings use. */
public final class Layers {
    private static final String BRANCH = "branches.";

    private Layers() {}

    /** The layer at a path such as {@code 3.body.1}, or null behind a composite of another kind. */
    public static @Nullable Layer at(Layer root, String path) {
        if (path.isEmpty()) {
            return root;
        }
        boolean branch = root instanceof Concat;
        String rest = branch ? path.substring(BRANCH.length()) : path;
        int dot = rest.indexOf('.');
        Layer child = child(root, dot < 0 ? rest : rest.substring(0, dot));
        return child == null ? null : at(child, dot < 0 ? "" : rest.substring(dot + 1));
    }

    private static @Nullable Layer child(Layer parent, String name) {
        if (parent instanceof Sequential sequential) {
            return sequential.layers().get(Integer.parseInt(name));
        }
        if (parent instanceof Concat concat) {
            return concat.branches().get(Integer.parseInt(name));
        }
        if (parent instanceof Residual residual) {
            return name.equals("body") ? residual.body() : residual.shortcut();
        }
        if (parent instanceof Graph graph) {
            return graph.layer(name);
        }
        if (parent instanceof Gate gate) {
            return gate.body();
        }
        if (parent instanceof Padded padded) {
            return padded.body();
        }
        return null;
    }
}
