package io.retrograd.backend.cuda;

import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Muon; {@code kernels/muon.cu}, and cuBLAS for the products of each matrix.
 *
 * <p>cuBLAS takes matrices column by column, so X (R, C) is to it Xᵀ.
 */
final class CudaMuon extends CudaUpdate {
    private final UpdateRule.Muon spec;
    private final List<Tensor> directions;

    CudaMuon(CudaDevice device, UpdateRule.Muon spec, Selection parameters) {
        this(device, spec, parameters, parameters.slot("muon.direction"));
    }

    private CudaMuon(
            CudaDevice device,
            UpdateRule.Muon spec,
            Selection parameters,
            List<Tensor> directions) {
        super(device, parameters, List.of(parameters.slot("muon.momentum"), directions));
        this.spec = spec;
        this.directions = directions;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        CudaTensor squares = pass.temporary("squares", DType.FLOAT64, chunks.count());
        pass.launch(
                "muon_momentum",
                chunks.grid(),
                chunks.table(),
                spec.momentum(),
                1 - spec.momentum(),
                spec.nesterov(),
                squares);
        pass.launch("muon_normalize", chunks.grid(), chunks.table(), squares, UpdateRule.Muon.EPS);
        orthogonalize(pass);
        pass.launch("muon", chunks.grid(), chunks.table(), control());
    }

    private void orthogonalize(CudaPass pass) {
        long elements = directions.stream().mapToLong(x -> x.shape().size()).max().orElse(0);
        long order = directions.stream().mapToLong(CudaMuon::order).max().orElse(0);
        DType dtype = directions.get(0).dtype();
        CudaTensor next = pass.temporary("next", dtype, elements);
        CudaTensor gram = pass.temporary("gram", dtype, order * order);
        CudaTensor square = pass.temporary("square", dtype, order * order);
        for (Tensor tensor : directions) {
            CudaTensor x = CudaOp.own(tensor);
            for (int step = 0; step < spec.steps(); step++) {
                boolean even = step % 2 == 0;
                iterate(pass, tensor, even ? x : next, gram, square, even ? next : x);
            }
            if (spec.steps() % 2 == 1) {
                pass.copy(next, x);
            }
        }
    }

    private static int order(Tensor x) {
        return Math.min(UpdateRule.Muon.rows(x.shape()), UpdateRule.Muon.columns(x.shape()));
    }

    /** {@code G = XXᵀ, M = a·1 + b·G + c·G², y = MX}; for tall X {@code XᵀX} and {@code XM}. */
    private void iterate(
            CudaPass pass,
            Tensor like,
            CudaTensor x,
            CudaTensor gram,
            CudaTensor square,
            CudaTensor y) {
        int rows = UpdateRule.Muon.rows(like.shape());
        int columns = UpdateRule.Muon.columns(like.shape());
        int n = Math.min(rows, columns);
        Gemm gemm = Gemm.ofUnrounded(device());
        Gemm.Matrix xs = new Gemm.Matrix(x, CUBLAS_OP_N, columns);
        Gemm.Matrix turned = new Gemm.Matrix(x, CUBLAS_OP_T, columns);
        Gemm.Matrix gs = new Gemm.Matrix(gram, CUBLAS_OP_N, n);
        Gemm.Matrix ms = new Gemm.Matrix(square, CUBLAS_OP_N, n);
        Gemm.Matrix ys = new Gemm.Matrix(y, CUBLAS_OP_N, columns);
        boolean tall = rows > columns;
        pass.add(
                "gemm gram",
                tall
                        ? gemm.product(xs, turned, gs, n, n, rows)
                        : gemm.product(turned, xs, gs, n, n, columns));
        pass.add("gemm square", gemm.product(gs, gs, ms, n, n, n));
        pass.launch(
                "muon_polynomial",
                Grid.over((long) n * n),
                gram,
                square,
                UpdateRule.Muon.A,
                UpdateRule.Muon.B,
                UpdateRule.Muon.C,
                n);
        pass.add(
                "gemm next",
                tall
                        ? gemm.product(ms, xs, ys, columns, rows, columns)
                        : gemm.product(xs, ms, ys, columns, rows, rows));
    }
}
