package io.retrograd.backend.onednn;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import io.retrograd.operation.SamplingAxis.Taps;
import java.util.List;
import java.util.stream.Stream;

/**
 * The mean of each window in Java, for windows and divisors that oneDNN lacks: a weighted sum,
 * dimension by dimension.
 *
 * <p>The divisor is the number of a window's positions in the input, or with {@code
 * countIncludePad} in the padded input.
 */
final class SampledAveragePooling extends OneDnnOp {
    private final boolean countIncludePad;
    private final PoolingAxis[] axes;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    SampledAveragePooling(Poolings o, PoolingAxis[] axes, boolean countIncludePad) {
        super(o, "average pooling " + countIncludePad + o.x().shape() + o.y().shape());
        this.countIncludePad = countIncludePad;
        this.axes = axes;
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        List<Taps> taps = Stream.of(axes).map(axis -> axis.taps(countIncludePad)).toList();
        int[] sizes = Stream.of(axes).mapToInt(PoolingAxis::in).toArray();
        int planes = y.shape().dim(0) * y.shape().dim(1);
        SampledRows.volumes(engine(), planes, taps, sizes).list(forwardPass(), "pooling", from, y);
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            List<Taps> readers =
                    Stream.of(axes).map(axis -> axis.readers(countIncludePad)).toList();
            int[] outs = Stream.of(axes).mapToInt(PoolingAxis::out).toArray();
            SampledRows.volumes(engine(), planes, readers, outs)
                    .list(backwardPass(), "pooling backward", y.requireGradient(), to);
            backwardPass().store(to, dx);
        }
    }
}
