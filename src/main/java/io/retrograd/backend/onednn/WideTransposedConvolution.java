package io.retrograd.backend.onednn;

import io.retrograd.operation.Products;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;

/**
 * Transposed convolution whose output padding reaches farther beyond its windows than oneDNN
 * allows, with a kernel that has zeros added at its end.
 */
final class WideTransposedConvolution extends OneDnnTransposedConvolution {
    private final OneDnnTensor w;
    private final OneDnnTensor wide;
    private final int groups;

    WideTransposedConvolution(Products.TransposedConvolution o, Shape shape) {
        this(o, wide(own(o.w()), shape));
    }

    private WideTransposedConvolution(Products.TransposedConvolution o, OneDnnTensor wide) {
        super(new Products.TransposedConvolution(o.spec(), o.x(), wide, o.b(), o.y()));
        this.wide = wide;
        w = own(o.w());
        groups = o.spec().convolution().groups();
    }

    private static OneDnnTensor wide(OneDnnTensor w, Shape shape) {
        String name = w.name() + ".wide";
        OneDnnTensor gradient =
                w.gradient() == null
                        ? null
                        : new OneDnnTensor(
                                w.engine(), name + ".grad", shape, DType.FLOAT32, /* grad= */ null);
        return new OneDnnTensor(w.engine(), name, shape, DType.FLOAT32, gradient);
    }

    @Override
    void prepare(Planner planner) {
        super.prepare(planner);
        OneDnnTensor dw = w.gradient();
        if (planner.gradients() && dw != null) {
            OneDnnTensor gradient = wide.requireGradient();
            backwardPass().borrow(gradient);
            backwardPass().add(Reorder.of(gradient, part(), dw, dw.layout()));
        }
    }

    @Override
    void listBefore() {
        if (!w.placed()) {
            w.layout(OneDnnTransposedConvolution.weight(w, groups));
            w.rowMajor(w.layout());
        }
        save(wide);
        forwardPass().add("zero", this::zero);
        forwardPass().add(Reorder.of(w, w.layout(), wide, part()));
    }

    private void zero() {
        ByteBuffer bytes = wide.buffer();
        for (int i = 0; i < bytes.capacity(); i += Float.BYTES) {
            bytes.putFloat(i, 0);
        }
    }

    /** Where w lies in the wide one. */
    private Layout part() {
        long[] dims = w.layout().dims();
        return engine().layouts().part(wide.layout(), dims, new long[dims.length]);
    }
}
