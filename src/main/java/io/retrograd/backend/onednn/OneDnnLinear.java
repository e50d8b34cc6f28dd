package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_forward_primitive_desc_create;

import io.retrograd.operation.Products;
import io.retrograd.tensor.Shape;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** {@code y (…, O) = x (…, I) · w (O, I)ᵀ + b (O)}, activations row-major. */
final class OneDnnLinear extends WeightedOp {
    OneDnnLinear(Products.Linear o) {
        super(o, "linear", new Primitives(o));
    }

    private static final class Primitives extends WeightedPrimitives {
        private final OneDnnTensor w;
        private final OneDnnTensor y;
        private final Layout src;
        private final Layout dst;

        Primitives(Products.Linear o) {
            super(o, "linear");
            w = own(o.w());
            y = own(o.y());
            long[] sizes = w.dims();
            long rows = y.size() / sizes[0];
            src = engine().layouts().plain(own(o.x()).type(), rows, sizes[1]);
            dst = engine().layouts().plain(y.type(), rows, sizes[0]);
        }

        /** Those of a convolution by windows that are the one position of x. */
        private Windows windows() {
            int rows = Math.toIntExact(src.dims()[0]);
            return new Windows(
                    Shape.of(rows, w.shape().dim(1), 1),
                    Shape.of(rows, w.shape().dim(0), 1),
                    List.of(1),
                    List.of(1),
                    List.of(0),
                    List.of(1));
        }

        @Override
        ProductValues values(ProductValues.Pass pass, boolean relu) {
            return new ProductValues(
                    windows(), /* groups= */ 1, /* transposed= */ false, pass, relu);
        }

        @Override
        JavaConvolution loops() {
            return new JavaConvolution(
                    windows(), /* groups= */ 1, /* transposed= */ false, plainWeight());
        }

        @Override
        Layout outputLayout(Planner.Style style) {
            return y.plain();
        }

        @Override
        Layout plainWeight() {
            return w.plain();
        }

        @Override
        dnnl_memory_desc src(WeightedOp.Way way) {
            return src.descriptor();
        }

        @Override
        dnnl_memory_desc dst(WeightedOp.Way way) {
            return dst.descriptor();
        }

        @Override
        int describeForward(
                dnnl_primitive_desc description, Descriptors with, dnnl_primitive_attr attributes) {
            return dnnl_inner_product_forward_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_forward_training,
                    with.src(),
                    with.weight(),
                    bias(),
                    with.dst(),
                    attributes);
        }

        @Override
        int describeBackwardData(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes) {
            return dnnl_inner_product_backward_data_primitive_desc_create(
                    description,
                    engine().handle(),
                    with.src(),
                    with.weight(),
                    with.dst(),
                    hint,
                    attributes);
        }

        @Override
        int describeBackwardWeights(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes) {
            return dnnl_inner_product_backward_weights_primitive_desc_create(
                    description,
                    engine().handle(),
                    with.src(),
                    with.weight(),
                    bias(),
                    with.dst(),
                    hint,
                    attributes);
        }
    }
}
