package io.retrograd.gradcheck;

import io.retrograd.layer.Concat;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import org.jspecify.annotations.Nullable;

/** Layers by the paths that bindings use. */
final class Layers {
    private static final String BRANCH = "branches.";

    private Layers() {}

    /** The layer at a path such as {@code 3.body.1}, or null behind a composite of another kind. */
    static @Nullable Layer at(Layer root, String path) {
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
        return null;
    }
}
