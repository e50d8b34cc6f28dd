package io.retrograd.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
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

    /**
     * The same network with other layers in it: a composite's parts are changed before it. A layer
     * that keeps the path and asks for the same names has the same parameters.
     *
     * @param change makes a layer of the one at a path, as in {@code 3.body.1}; the network's own
     *     is empty
     */
    public static Layer rewritten(Layer root, BiFunction<String, Layer, Layer> change) {
        return rewritten("", root, change);
    }

    private static Layer rewritten(
            String path, Layer layer, BiFunction<String, Layer, Layer> change) {
        return change.apply(path, withParts(path, layer, change));
    }

    private static Layer withParts(
            String path, Layer layer, BiFunction<String, Layer, Layer> change) {
        String under = path.isEmpty() ? "" : path + ".";
        if (layer instanceof Sequential sequential) {
            return new Sequential(each(under, sequential.layers(), change));
        }
        if (layer instanceof Concat concat) {
            return new Concat(each(under + BRANCH, concat.branches(), change));
        }
        if (layer instanceof Residual residual) {
            return new Residual(
                    rewritten(under + "body", residual.body(), change),
                    rewritten(under + "shortcut", residual.shortcut(), change));
        }
        if (layer instanceof Graph graph) {
            return graph.rewritten((name, node) -> rewritten(under + name, node, change));
        }
        if (layer instanceof Gate gate) {
            return new Gate(rewritten(under + "body", gate.body(), change));
        }
        if (layer instanceof Padded padded) {
            return new Padded(
                    padded.paddingIndex(), rewritten(under + "body", padded.body(), change));
        }
        return layer;
    }

    private static List<Layer> each(
            String under, List<Layer> layers, BiFunction<String, Layer, Layer> change) {
        List<Layer> changed = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            changed.add(rewritten(under + i, layers.get(i), change));
        }
        return changed;
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
