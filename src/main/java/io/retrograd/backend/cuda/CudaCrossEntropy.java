package io.retrograd.backend.cuda;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;
import org.jspecify.annotations.Nullable;

/** Cross-entropy of logits z (N, C) with class labels (N); {@code kernels/cross_entropy.cu}. */
final class CudaCrossEntropy extends CudaOp {
    private final CrossEntropySpec spec;
    private final CudaTensor z;
    private final CudaTensor labels;
    private final @Nullable CudaTensor classWeight;
    private final CudaTensor y;

    CudaCrossEntropy(
            CrossEntropySpec spec,
            CudaTensor z,
            CudaTensor labels,
            @Nullable CudaTensor classWeight,
            CudaTensor y) {
        super(z.device());
        this.spec = spec;
        this.z = z;
        this.labels = labels;
        this.classWeight = classWeight;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        int rows = z.dim(0);
        int classes = z.dim(1);
        double eps = spec.labelSmoothing();
        boolean mean = spec.reduction() == Reduction.MEAN;
        CudaTensor top = save(y.name() + ".top", DType.FLOAT64, rows);
        CudaTensor others = save(y.name() + ".others", DType.FLOAT64, rows);
        CudaTensor divisor = save(y.name() + ".divisor", DType.FLOAT64, 1);
        CudaPass pass = forwardPass();
        CudaTensor loss = pass.temporary(y.name() + ".loss", DType.FLOAT64, rows);
        Grid grid = Grid.warps(rows);
        pass.launch(
                "cross_entropy_rows",
                grid,
                z,
                labels,
                classWeight,
                eps,
                top,
                others,
                loss,
                rows,
                classes);
        pass.launch(
                "cross_entropy_total",
                Grid.blocks(1, rows),
                loss,
                labels,
                classWeight,
                mean,
                y,
                divisor,
                rows,
                classes);
        CudaTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        backwardPass().reads(z, labels);
        if (classWeight != null) {
            backwardPass().reads(classWeight);
        }
        backwardPass()
                .launch(
                        "cross_entropy_backward",
                        grid,
                        z,
                        labels,
                        classWeight,
                        eps,
                        top,
                        others,
                        divisor,
                        y.requireGradient(),
                        dz,
                        rows,
                        classes);
    }
}
