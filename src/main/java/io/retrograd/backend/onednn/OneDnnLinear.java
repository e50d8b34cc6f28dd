package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_inner_product_forward_primitive_desc_create;

import io.retrograd.tensor.Shape;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** {@code y (…, O) = x (…, I) · w (O, I)ᵀ + b (O)}, activations row-major. */
final class OneDnnLinear extends WeightedOp {
    OneDnnLinear(OneDnnTensor x, OneDnnTensor w, @Nullable OneDnnTensor b, OneDnnTensor y) {
        super("linear", new Primitives(x, w, b, y), x, w, b, y);
    }

    private static final class Primitives extends WeightedPrimitives {
        private final OneDnnTensor w;
        private final OneDnnTensor y;
        private final @Nullable OneDnnTensor b;
        private final Layout src;
        private final Layout dst;

        Primitives(OneDnnTensor x, OneDnnTensor w, @Nullable OneDnnTensor b, OneDnnTensor y) {
            super("linear", w);
            this.w = w;
            this.y = y;
            this.b = b;
            long[] sizes = w.dims();
            src = engine().layouts().plain(x.type(), x.shape().size() / sizes[1], sizes[1]);
            dst = engine().layouts().plain(y.type(), y.shape().size() / sizes[0], sizes[0]);
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
            return engine().layouts().plain(y.type(), y.dims());
        }

        @Override
        Layout plainWeight() {
            return engine().layouts().plain(dnnl_f32, w.dims());
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

        private @Nullable dnnl_memory_desc bias() {
            return b == null ? null : engine().layouts().plain(dnnl_f32, b.dims()).descriptor();
        }
    }
}
