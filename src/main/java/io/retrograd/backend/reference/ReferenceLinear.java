package io.retrograd.backend.reference;

import io.retrograd.operation.Products;

/**
 * {@code y = x wᵀ + b}.
 *
 * <pre>
 *   x (…, I)    w (O, I)    b (O)    y (…, O)        the leading sizes together: N rows
 *
 *   dx[n,i] = Σₒ dy[n,o]·w[o,i]    dw[o,i] = Σₙ dy[n,o]·x[n,i]    db[o] = Σₙ dy[n,o]
 * </pre>
 */
final class ReferenceLinear extends ReferenceProduct {
    private final int rows;
    private final int inputs;
    private final int outputs;
    private final WorkerPool.Body forwardRow = this::forwardRow;
    private final WorkerPool.Body inputGradientRow = this::inputGradientRow;
    private final WorkerPool.Body weightGradientRow = this::weightGradientRow;

    ReferenceLinear(WorkerPool pool, Products.Linear o) {
        super(pool, o);
        outputs = w.dim(0);
        inputs = w.dim(1);
        rows = x.size() / inputs;
    }

    @Override
    public void forward() {
        pool.run(rows, forwardRow);
    }

    private void forwardRow(int n) {
        for (int o = 0; o < outputs; o++) {
            double sum = b == null ? 0 : b.get(o);
            for (int i = 0; i < inputs; i++) {
                sum += x.get(n * inputs + i) * w.get(o * inputs + i);
            }
            y.set(n * outputs + o, sum);
        }
    }

    @Override
    public void backward() {
        if (x.gradient() != null) {
            pool.run(rows, inputGradientRow);
        }
        pool.run(outputs, weightGradientRow);
    }

    private void inputGradientRow(int n) {
        ReferenceTensor dx = gradient(x);
        ReferenceTensor dy = gradient(y);
        for (int i = 0; i < inputs; i++) {
            dx.set(n * inputs + i, 0);
        }
        for (int o = 0; o < outputs; o++) {
            double g = dy.get(n * outputs + o);
            for (int i = 0; i < inputs; i++) {
                dx.add(n * inputs + i, g * w.get(o * inputs + i));
            }
        }
    }

    private void weightGradientRow(int o) {
        ReferenceTensor dy = gradient(y);
        if (w.gradient() != null) {
            ReferenceTensor dw = gradient(w);
            for (int i = 0; i < inputs; i++) {
                dw.set(o * inputs + i, 0);
            }
            for (int n = 0; n < rows; n++) {
                double g = dy.get(n * outputs + o);
                for (int i = 0; i < inputs; i++) {
                    dw.add(o * inputs + i, g * x.get(n * inputs + i));
                }
            }
        }
        if (b != null && b.gradient() != null) {
            double db = 0;
            for (int n = 0; n < rows; n++) {
                db += dy.get(n * outputs + o);
            }
            gradient(b).set(o, db);
        }
    }
}
