package io.retrograd.backend.cuda;

import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cross-entropy with class labels or probabilities; {@code kernels/cross_entropy.cu}. */
final class CudaCrossEntropy extends CudaOp {
    private final CrossEntropySpec spec;
    private final CudaTensor z;
    private final CudaTensor target;
    private final @Nullable CudaTensor classWeight;
    private final CudaTensor y;

    CudaCrossEntropy(Losses.CrossEntropy o) {
        super(own(o.x()).device());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        classWeight = ownOrNull(o.classWeight());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        int classes = z.dim(1);
        int rows = Math.toIntExact(z.size() / classes);
        int positions = rows / z.dim(0);
        int form = CudaKernels.number(spec.form());
        boolean probabilities = spec.form() == CrossEntropySpec.Form.PROBABILITIES;
        CudaTensor labels = probabilities ? null : target;
        CudaTensor shares = probabilities ? target : null;
        CudaTensor top = save(y.name() + ".top", DType.FLOAT64, rows);
        CudaTensor others = save(y.name() + ".others", DType.FLOAT64, rows);
        CudaTensor divisor = save(y.name() + ".divisor", DType.FLOAT64, 1);
        CudaPass pass = forwardPass();
        CudaTensor loss = pass.temporary(y.name() + ".loss", DType.FLOAT64, rows);
        Grid grid = positions == 1 ? Grid.warps(rows) : Grid.of(blocks(rows), Grid.THREADS);
        List<@Nullable Object> given =
                Arrays.asList(
                        form, z, labels, shares, classWeight, spec.labelSmoothing(), ignored());
        List<Object> sizes = List.of(rows, classes, positions);
        pass.launch("cross_entropy_rows", grid, all(given, List.of(top, others, loss), sizes));
        pass.launch(
                "cross_entropy_total",
                Grid.blocks(1, rows),
                loss,
                labels,
                classWeight,
                spec.reduction() == Reduction.MEAN,
                ignored(),
                y,
                divisor,
                rows,
                classes);
        CudaTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        backwardPass().reads(z, target);
        if (classWeight != null) {
            backwardPass().reads(classWeight);
        }
        backwardPass()
                .launch(
                        "cross_entropy_backward",
                        grid,
                        all(given, List.of(top, others, divisor, y.requireGradient(), dz), sizes));
    }

    private int ignored() {
        return spec.ignoreIndex();
    }

    private static int blocks(int rows) {
        return Math.floorDiv(rows + Grid.THREADS - 1, Grid.THREADS);
    }

    private static @Nullable Object[] all(
            List<@Nullable Object> given, List<CudaTensor> between, List<Object> sizes) {
        List<@Nullable Object> arguments = new ArrayList<>(given);
        arguments.addAll(between);
        arguments.addAll(sizes);
        return arguments.toArray();
    }
}
