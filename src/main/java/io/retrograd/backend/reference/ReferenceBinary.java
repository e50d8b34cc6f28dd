package io.retrograd.backend.reference;

import io.retrograd.operation.Elementwise;
import java.util.List;

/** {@link Elementwise.Binary}. */
final class ReferenceBinary extends ReferenceOp {
    private final Elementwise.Binary.Kind kind;
    private final ReferenceTensor a;
    private final ReferenceTensor b;
    private final ReferenceTensor y;
    private final Strides overA;
    private final Strides overB;

    ReferenceBinary(Elementwise.Binary o) {
        super(o.kind() == Elementwise.Binary.Kind.MUL ? o.reads() : List.of());
        kind = o.kind();
        a = own(o.a());
        b = own(o.b());
        y = own(o.y());
        overA = Strides.over(a.shape(), y.shape());
        overB = Strides.over(b.shape(), y.shape());
    }

    @Override
    public void forward() {
        for (int i = 0; i < y.size(); i++) {
            double left = a.get(overA.index(i));
            double right = b.get(overB.index(i));
            y.set(
                    i,
                    switch (kind) {
                        case ADD -> left + right;
                        case SUB -> left - right;
                        case MUL -> left * right;
                    });
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        ReferenceTensor da = a.gradient();
        if (da != null) {
            da.fill(0);
            for (int i = 0; i < y.size(); i++) {
                double factor =
                        switch (kind) {
                            case ADD, SUB -> 1;
                            case MUL -> b.get(overB.index(i));
                        };
                da.add(overA.index(i), factor * dy.get(i));
            }
        }
        ReferenceTensor db = b.gradient();
        if (db != null) {
            db.fill(0);
            for (int i = 0; i < y.size(); i++) {
                double factor =
                        switch (kind) {
                            case ADD -> 1;
                            case SUB -> -1;
                            case MUL -> a.get(overA.index(i));
                        };
                db.add(overB.index(i), factor * dy.get(i));
            }
        }
    }
}
