package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt;
import static org.bytedeco.dnnl.global.dnnl.dnnl_sum_primitive_desc_create;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Primitives on vectors of one length. */
final class Vectors {
    private Vectors() {}

    /** A scaled vector of a sum. */
    record Term(double scale, OneDnnTensor x) {}

    /** {@code y = Σ scale·x}; y may be the first of them. Terms with scale 0 are not read. */
    static Primitive sum(OneDnnTensor y, Term... terms) {
        List<Term> present = Arrays.stream(terms).filter(term -> term.scale != 0).toList();
        Engine engine = y.engine();
        dnnl_memory_desc layout = y.layout().descriptor();
        dnnl_primitive_desc description;
        try (Attributes attributes = new Attributes(engine);
                PointerPointer<dnnl_primitive_desc> result = new PointerPointer<>(1);
                FloatPointer scales = new FloatPointer(present.size());
                PointerPointer<dnnl_memory_desc> layouts = new PointerPointer<>(present.size())) {
            for (int i = 0; i < present.size(); i++) {
                scales.put(i, Dnnl.float32(present.get(i).scale));
                layouts.put(i, layout);
            }
            Dnnl.check(
                    dnnl_sum_primitive_desc_create(
                            result,
                            engine.handle(),
                            layout,
                            present.size(),
                            scales,
                            layouts,
                            attributes.handle()),
                    "sum");
            description = result.get(dnnl_primitive_desc.class);
        }
        Primitive primitive = new Primitive(engine, "sum", description);
        for (int i = 0; i < present.size(); i++) {
            primitive.with(DNNL_ARG_MULTIPLE_SRC + i, present.get(i).x);
        }
        return primitive.with(DNNL_ARG_DST, y);
    }

    /** {@code y ← scale·y}, scale a tensor of one element. */
    static Primitive scale(OneDnnTensor y, OneDnnTensor scale) {
        return new Binary(dnnl_binary_mul, y, scale).into(y, "scale");
    }

    /** {@code y ← y + scale·x}, scale a tensor of one element. */
    static Primitive addScaled(OneDnnTensor y, OneDnnTensor x, OneDnnTensor scale) {
        return new Binary(dnnl_binary_mul, x, scale).plus(1).into(y, "add scaled");
    }

    /** {@code y ← keep·y + share·x} */
    static Primitive average(OneDnnTensor y, double keep, double share, OneDnnTensor x) {
        return new Binary(dnnl_binary_mul, x, x.engine().one())
                .times(share)
                .plus(keep)
                .into(y, "average");
    }

    /** {@code y ← keep·y + share·x²} */
    static Primitive averageSquare(OneDnnTensor y, double keep, double share, OneDnnTensor x) {
        return new Binary(dnnl_binary_mul, x, x).times(share).plus(keep).into(y, "average square");
    }

    /** {@code a / (√(scale·x) + e)}, to be stored; scale a tensor of one element, e perhaps too. */
    static Binary overRoot(OneDnnTensor a, OneDnnTensor scale, OneDnnTensor x, OneDnnTensor e) {
        return new Binary(dnnl_binary_mul, x, scale)
                .eltwise(dnnl_eltwise_sqrt, 0, 0)
                .with(dnnl_binary_add, e)
                .reciprocal()
                .with(dnnl_binary_mul, a);
    }
}
