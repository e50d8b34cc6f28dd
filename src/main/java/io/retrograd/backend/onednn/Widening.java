package io.retrograd.backend.onednn;

import io.retrograd.backend.Node;
import io.retrograd.backend.Preparation;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operations whose activations can be bfloat16 or float32, before any of them has memory. */
final class Widening {
    /** The element kinds that activations can have. */
    static final List<DType> KINDS = List.of(DType.BFLOAT16, DType.FLOAT32);

    private final Set<OneDnnTensor> activations;
    private final Supplier<List<Node>> remade;

    private Widening(Set<OneDnnTensor> activations, Supplier<List<Node>> remade) {
        this.activations = activations;
        this.remade = remade;
    }

    /** The widening of a binding; null where element kinds have to stay. */
    static @Nullable Widening of(Engine engine, Preparation.Request request) {
        Supplier<List<Node>> remade = request.remade();
        if (remade == null || engine.deterministic()) {
            return null;
        }
        Set<OneDnnTensor> activations = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : request.nodes()) {
            for (Tensor tensor : node.tensors()) {
                add(activations, OneDnnOp.own(tensor));
            }
        }
        return activations.isEmpty() ? null : new Widening(activations, remade);
    }

    private static void add(Set<OneDnnTensor> activations, OneDnnTensor tensor) {
        if (tensor.dtype() == DType.BFLOAT16) {
            activations.add(tensor);
            OneDnnTensor gradient = tensor.gradient();
            if (gradient != null) {
                activations.add(gradient);
            }
        }
    }

    /** Gives the activations an element kind; the operations over them, made anew. */
    List<Node> to(DType kind) {
        activations.forEach(tensor -> tensor.become(kind));
        return remade.get();
    }
}
