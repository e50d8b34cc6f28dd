package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that an update computes before each run, and its scratch memory. Never freed before it.
 */
final class Scalars {
    private final Engine engine;
    private final List<OneDnnTensor> numbers = new ArrayList<>();
    private @Nullable OneDnnTensor scratch;

    Scalars(Engine engine, int count) {
        this.engine = engine;
        for (int i = 0; i < count; i++) {
            numbers.add(allocate(1));
        }
    }

    OneDnnTensor get(int i) {
        return numbers.get(i);
    }

    /**
     * The gradient with weight decay, {@code g + decay·w}: g itself, or scratch memory that the
     * listed primitive writes.
     */
    OneDnnTensor decayed(OneDnnTensor g, double decay, OneDnnTensor w, List<Primitive> list) {
        if (decay == 0) {
            return g;
        }
        OneDnnTensor sum = scratch(w.size());
        list.add(
                new Binary(dnnl_binary_mul, w, engine.one())
                        .times(decay)
                        .with(dnnl_binary_add, g)
                        .into(sum, "decay"));
        return sum;
    }

    /** Scratch memory of this many elements: the same whenever it is large enough. */
    private OneDnnTensor scratch(int elements) {
        OneDnnTensor known = scratch;
        if (known == null || known.size() < elements) {
            known = allocate(elements);
            scratch = known;
        }
        return known.window(0, elements);
    }

    private OneDnnTensor allocate(int elements) {
        OneDnnTensor tensor =
                new OneDnnTensor(
                        engine, "update", Shape.of(elements), DType.FLOAT32, /* grad= */ null);
        tensor.place(OneDnnMemory.Block.collected((long) elements * Float.BYTES), 0);
        return tensor;
    }
}
