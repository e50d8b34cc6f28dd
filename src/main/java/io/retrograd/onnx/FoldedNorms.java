package io.retrograd.onnx;

import io.retrograd.backend.Node;
import io.retrograd.operation.Normalizations.BatchNorm;
import io.retrograd.operation.Operation;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm as part of the weights of the convolution or {@code Linear} before it.
 *
 * <pre>
 *   s = w_bn / √(var + eps)        w' = s·w        b' = s·(b − mean) + b_bn
 * </pre>
 *
 * That is possible where nobody else reads what the product gives.
 */
final class FoldedNorms {
    private final Values values;

    /** By what the product before it writes. */
    private final Map<Tensor, BatchNorm> norms = new HashMap<>();

    FoldedNorms(Values values) {
        this.values = values;
    }

    /** Finds those that can be folded. */
    void find(Bound bound) {
        Map<Tensor, Integer> readers = new HashMap<>();
        Map<Tensor, Operation> writers = new HashMap<>();
        for (Node node : bound.nodes()) {
            Operation operation = node.operation();
            operation.reads().forEach(x -> readers.merge(x, 1, Integer::sum));
            operation.writes().forEach(y -> writers.put(y, operation));
        }
        bound.outputs().values().forEach(y -> readers.merge(y, 1, Integer::sum));
        for (Node node : bound.nodes()) {
            if (node.operation() instanceof BatchNorm norm
                    && !norm.training()
                    && folds(writers.get(norm.x()))
                    && readers.getOrDefault(norm.x(), 0) == 1) {
                norms.put(norm.x(), norm);
            }
        }
    }

    private static boolean folds(@Nullable Operation before) {
        return before instanceof Products.Convolution
                || before instanceof Products.TransposedConvolution
                || (before instanceof Products.Linear linear && linear.x().shape().rank() == 2);
    }

    /** Whether a product does it. */
    boolean has(BatchNorm norm) {
        return norm.equals(norms.get(norm.x()));
    }

    /** The value of a product's weight. */
    String weight(Products o) {
        BatchNorm norm = norms.get(o.y());
        if (norm == null) {
            return values.of(o.w());
        }
        double[] w = values.array(o.w());
        double[] s = scales(norm);
        Shape shape = o.w().shape();
        int first = o instanceof Products.TransposedConvolution ? 1 : 0;
        int outputs = shape.dim(first);
        int inner = Math.toIntExact(shape.tail(first + 1).size());
        int groups = s.length / outputs;
        int inputs = first == 0 ? 1 : shape.dim(0) / groups;
        for (int i = 0; i < w.length; i++) {
            int row = i / inner;
            int group = first == 0 ? 0 : row / outputs / inputs;
            w[i] *= s[group * outputs + row % outputs];
        }
        return values.weight(values.source(o.w()).name(), shape, w);
    }

    /** The value of a product's bias; empty for none. */
    String bias(Products o) {
        BatchNorm norm = norms.get(o.y());
        if (norm == null) {
            return o.b() == null ? "" : values.of(o.b());
        }
        double[] s = scales(norm);
        double[] mean = values.array(norm.mean());
        double[] b = values.array(norm.b());
        double[] own = o.b() == null ? new double[b.length] : values.array(o.b());
        for (int c = 0; c < b.length; c++) {
            b[c] += s[c] * (own[c] - mean[c]);
        }
        String weight = values.source(o.w()).name();
        return values.weight(weight.replaceAll("weight$", "bias"), norm.b().shape(), b);
    }

    private double[] scales(BatchNorm norm) {
        double[] s = values.array(norm.w());
        double[] var = values.array(norm.var());
        for (int c = 0; c < s.length; c++) {
            s[c] /= Math.sqrt(var[c] + norm.spec().eps());
        }
        return s;
    }
}
