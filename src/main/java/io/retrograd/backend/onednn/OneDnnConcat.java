package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_concat_primitive_desc_create;

import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Joins tensors along one dimension; each dx is its part of dy.
 *
 * <p>y has the layout that oneDNN likes for such inputs, or channels last where an input would
 * begin or end within a block of channels.
 */
final class OneDnnConcat extends OneDnnOp {
    private final int dim;
    private final List<OneDnnTensor> xs;
    private final OneDnnTensor y;

    OneDnnConcat(Arrangements.Concat o) {
        super(o, "concat " + o.dim() + o.xs().stream().map(Tensor::shape).toList());
        dim = o.dim();
        xs = own(o.xs());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        Primitive forward = primitive();
        y.layout(forward.layout(DNNL_ARG_DST));
        for (int i = 0; i < xs.size(); i++) {
            forward.with(DNNL_ARG_MULTIPLE_SRC + i, xs.get(i));
        }
        forwardPass().add(forward.with(DNNL_ARG_DST, y));
        listBackward();
    }

    private void listBackward() {
        long[] offsets = new long[y.dims().length];
        for (OneDnnTensor x : xs) {
            OneDnnTensor dx = x.gradient();
            if (dx != null) {
                Layout part = engine().layouts().part(y.layout(), x.dims(), offsets);
                backwardPass().add(Reorder.of(y.requireGradient(), part, dx, dx.layout()));
            }
            offsets[dim] += x.dims()[dim];
        }
    }

    private Primitive primitive() {
        try (Attributes attributes = new Attributes(engine());
                PointerPointer<dnnl_primitive_desc> result = new PointerPointer<>(1);
                PointerPointer<dnnl_memory_desc> from = new PointerPointer<>(xs.size())) {
            for (int i = 0; i < xs.size(); i++) {
                from.put(i, xs.get(i).layout().descriptor());
            }
            Dnnl.check(
                    dnnl_concat_primitive_desc_create(
                            result,
                            engine().handle(),
                            engine().layouts().any(y.type(), y.dims()),
                            xs.size(),
                            dim,
                            from,
                            attributes.handle()),
                    "concat");
            return new Primitive(engine(), "concat", result.get(dnnl_primitive_desc.class));
        }
    }
}
