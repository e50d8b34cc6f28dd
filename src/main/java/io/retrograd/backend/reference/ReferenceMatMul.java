package io.retrograd.backend.reference;

import io.retrograd.operation.Products;

/** {@link Products.MatMul}. */
final class ReferenceMatMul extends ReferenceProduct {
    private final Matrix xs;
    private final Matrix ws;
    private final int stack;
    private final WorkerPool.Body forwardMatrix = this::forwardMatrix;
    private final WorkerPool.Body backwardMatrix = this::backwardMatrix;

    ReferenceMatMul(WorkerPool pool, Products.MatMul o) {
        super(pool, o);
        int rank = y.shape().rank();
        int rows = y.dim(rank - 2);
        int columns = y.dim(rank - 1);
        int terms = x.dim(rank - 1);
        stack = product(y, 0, rank - 2);
        xs = new Matrix(rows, terms, terms, 1);
        ws =
                o.transposed()
                        ? new Matrix(terms, columns, 1, terms)
                        : new Matrix(terms, columns, columns, 1);
    }

    /** How far apart neighbouring rows and columns lie. */
    private record Matrix(int rows, int columns, int rowStep, int columnStep) {
        int at(int matrix, int row, int column) {
            return matrix * rows * columns + row * rowStep + column * columnStep;
        }
    }

    @Override
    public void forward() {
        pool.run(stack, forwardMatrix);
    }

    private void forwardMatrix(int s) {
        for (int m = 0; m < xs.rows; m++) {
            for (int n = 0; n < ws.columns; n++) {
                double sum = 0;
                for (int k = 0; k < xs.columns; k++) {
                    sum += x.get(xs.at(s, m, k)) * w.get(ws.at(s, k, n));
                }
                y.set(at(s, m, n), sum);
            }
        }
    }

    /** Element (m, n) of a matrix of y. */
    private int at(int s, int m, int n) {
        return (s * xs.rows + m) * ws.columns + n;
    }

    @Override
    public void backward() {
        if (y.gradient() != null) {
            pool.run(stack, backwardMatrix);
        }
    }

    private void backwardMatrix(int s) {
        ReferenceTensor dy = gradient(y);
        ReferenceTensor dx = x.gradient();
        for (int m = 0; dx != null && m < xs.rows; m++) {
            for (int k = 0; k < xs.columns; k++) {
                double sum = 0;
                for (int n = 0; n < ws.columns; n++) {
                    sum += dy.get(at(s, m, n)) * w.get(ws.at(s, k, n));
                }
                dx.set(xs.at(s, m, k), sum);
            }
        }
        ReferenceTensor dw = w.gradient();
        for (int k = 0; dw != null && k < xs.columns; k++) {
            for (int n = 0; n < ws.columns; n++) {
                double sum = 0;
                for (int m = 0; m < xs.rows; m++) {
                    sum += x.get(xs.at(s, m, k)) * dy.get(at(s, m, n));
                }
                dw.set(ws.at(s, k, n), sum);
            }
        }
    }
}
