package io.retrograd.backend.reference;

import io.retrograd.operation.Elementwise;
import io.retrograd.operation.KinkLedger;

/** {@link Elementwise.Prelu}. */
final class ReferencePrelu extends ReferenceOp {
    private final ReferenceTensor x;
    private final ReferenceTensor w;
    private final ReferenceTensor y;
    private final int channels;
    private final int inner;

    ReferencePrelu(Elementwise.Prelu o) {
        super(o.x(), o.w());
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
        channels = w.size();
        inner = channels == 1 ? x.size() : product(x, 2, x.shape().rank());
    }

    @Override
    public void forward() {
        for (int i = 0; i < x.size(); i++) {
            double value = x.get(i);
            y.set(i, value > 0 ? value : w.get(channel(i)) * value);
        }
    }

    @Override
    public void backward() {
        inputGradient();
        weightGradient();
    }

    private void inputGradient() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = gradient(y);
        for (int i = 0; i < dx.size(); i++) {
            dx.set(i, x.get(i) > 0 ? dy.get(i) : w.get(channel(i)) * dy.get(i));
        }
    }

    private void weightGradient() {
        ReferenceTensor dw = gradient(w);
        ReferenceTensor dy = gradient(y);
        dw.fill(0);
        for (int i = 0; i < x.size(); i++) {
            if (!(x.get(i) > 0)) {
                dw.add(channel(i), x.get(i) * dy.get(i));
            }
        }
    }

    private int channel(int i) {
        return i / inner % channels;
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < x.size(); i++) {
            ledger.add(x.get(i) > 0 ? 1 : 0);
        }
    }
}
