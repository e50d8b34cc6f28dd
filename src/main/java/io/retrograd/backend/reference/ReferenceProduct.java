package io.retrograd.backend.reference;

import io.retrograd.operation.Products;
import org.jspecify.annotations.Nullable;

/** An operation that multiplies x with w, and adds b where there is one. */
abstract class ReferenceProduct extends ReferenceOp {
    final WorkerPool pool;
    final ReferenceTensor x;
    final ReferenceTensor w;
    final @Nullable ReferenceTensor b;
    final ReferenceTensor y;

    ReferenceProduct(WorkerPool pool, Products o) {
        super(o.x(), o.w());
        this.pool = pool;
        x = own(o.x());
        w = own(o.w());
        b = ownOrNull(o.b());
        y = own(o.y());
    }
}
