package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** Sums of tensors of one layout: {@code y = Σ xs}. */
final class Sums {
    private Sums() {}

    /**
     * The sum of all.
     *
     * @param y where it goes; may be the first of them
     * @param relu whether {@code max(0, y)} is taken of it, for two tensors only
     */
    static Primitive of(List<OneDnnTensor> xs, OneDnnTensor y, boolean relu) {
        return xs.size() == 2
                ? pair(xs.get(0), xs.get(1), y, relu)
                : Vectors.sum(
                        y,
                        xs.stream().map(x -> new Vectors.Term(1, x)).toArray(Vectors.Term[]::new));
    }

    private static Primitive pair(OneDnnTensor a, OneDnnTensor b, OneDnnTensor y, boolean relu) {
        Engine engine = y.engine();
        dnnl_memory_desc layout = y.layout().descriptor();
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            if (relu) {
                attributes.relu();
            }
            Dnnl.check(
                    dnnl_binary_primitive_desc_create(
                            description,
                            engine.handle(),
                            dnnl_binary_add,
                            layout,
                            layout,
                            layout,
                            attributes.handle()),
                    "binary add");
        }
        return new Primitive(engine, "add", description)
                .with(DNNL_ARG_SRC_0, a)
                .with(DNNL_ARG_SRC_1, b)
                .with(DNNL_ARG_DST, y);
    }
}
