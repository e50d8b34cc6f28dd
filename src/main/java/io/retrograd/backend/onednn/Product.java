package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_primitive_desc_create;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.jspecify.annotations.Nullable;

/** Products of float32 matrices, {@code z (M, N) = a (M, K) · b (K, N)}, in a pass. */
final class Product {
    private final Engine engine;
    private final OneDnnTensor a;
    private final Layout aLayout;
    private final OneDnnTensor b;
    private final Layout bLayout;
    private @Nullable OneDnnTensor bias;
    private boolean accumulate;
    private boolean unrounded;

    /**
     * A product.
     *
     * @param aLayout how a's memory is taken to be laid out
     * @param bLayout how b's memory is taken to be laid out
     */
    Product(OneDnnTensor a, Layout aLayout, OneDnnTensor b, Layout bLayout) {
        engine = a.engine();
        this.a = a;
        this.aLayout = aLayout;
        this.b = b;
        this.bLayout = bLayout;
    }

    /** Row-major (rows, columns). */
    static Layout matrix(Engine engine, long rows, long columns) {
        return engine.layouts().plain(dnnl_f32, rows, columns);
    }

    /** The transpose of row-major memory (rows, columns). */
    static Layout transposed(Engine engine, long rows, long columns) {
        return engine.layouts()
                .strided(dnnl_f32, new long[] {columns, rows}, new long[] {1, columns});
    }

    /** The same, with b (N) added to each row. */
    Product bias(OneDnnTensor vector) {
        bias = vector;
        return this;
    }

    /** The same, added to what z holds. */
    Product accumulate() {
        accumulate = true;
        return this;
    }

    /** The same of factors that are not rounded first, whatever the engine's precision. */
    Product unrounded() {
        unrounded = true;
        return this;
    }

    /**
     * The primitive that computes z, with b brought into the order that it likes by a step before.
     *
     * @param zLayout how z's memory is taken to be laid out
     */
    Primitive into(Pass pass, OneDnnTensor z, Layout zLayout) {
        Primitive primitive =
                sound(
                        describe(engine.layouts().any(dnnl_f32, bLayout.dims()), z, zLayout),
                        zLayout);
        primitive.with(DNNL_ARG_WEIGHTS, packed(pass, primitive.layout(DNNL_ARG_WEIGHTS)));
        pass.reads(a);
        if (bias != null) {
            pass.reads(bias);
        }
        return primitive;
    }

    /**
     * The primitive that computes z from b as it is; of stacks of matrices, one after the other.
     */
    Primitive plainInto(OneDnnTensor z, Layout zLayout) {
        return sound(describe(bLayout.descriptor(), z, zLayout), zLayout).with(DNNL_ARG_WEIGHTS, b);
    }

    /** By the first implementation that computes small integers as they are. */
    private Primitive sound(Primitive first, Layout zLayout) {
        int terms = Math.toIntExact(aLayout.dims()[aLayout.rank() - 1]);
        first.checkedBy(new MatrixValues(zLayout.dims(), terms, accumulate));
        Primitive candidate = first;
        while (candidate != null && !engine.verdicts().sound(candidate, engine.threads())) {
            candidate = candidate.other();
        }
        if (candidate == null) {
            throw new IllegalStateException(
                    String.format(
                            "cpu: oneDNN has no sound product of %s and %s", aLayout, bLayout));
        }
        return candidate;
    }

    private Primitive describe(dnnl_memory_desc weights, OneDnnTensor z, Layout zLayout) {
        long columns = bLayout.dims()[1];
        dnnl_memory_desc added =
                bias == null ? null : engine.layouts().plain(dnnl_f32, 1, columns).descriptor();
        Primitive primitive =
                Primitive.of(
                        engine,
                        accumulate ? "matmul added" : "matmul",
                        this::attributes,
                        (description, attributes) ->
                                dnnl_matmul_primitive_desc_create(
                                        description,
                                        engine.handle(),
                                        aLayout.descriptor(),
                                        weights,
                                        added,
                                        zLayout.descriptor(),
                                        attributes));
        primitive.with(DNNL_ARG_SRC, a).with(DNNL_ARG_DST, z);
        if (bias != null) {
            primitive.with(DNNL_ARG_BIAS, bias);
        }
        return primitive;
    }

    private Attributes attributes(Attributes attributes) {
        Attributes exact = unrounded ? attributes.unrounded() : attributes;
        return accumulate ? exact.sum(1) : exact;
    }

    private OneDnnTensor packed(Pass pass, Layout wanted) {
        pass.reads(b);
        if (wanted.equals(bLayout)) {
            return b;
        }
        OneDnnTensor copy = pass.temporary(b.name() + ".packed", wanted);
        pass.add(Reorder.of(b, bLayout, copy, wanted));
        return copy;
    }
}
