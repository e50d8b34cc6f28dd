package io.retrograd.backend.cuda;

import io.retrograd.operation.DiceSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.DType;

/** {@link DiceSpec}; {@code kernels/dice.cu}. */
final class CudaDice extends CudaOp {
    private final DiceSpec spec;
    private final CudaTensor z;
    private final CudaTensor target;
    private final CudaTensor y;

    CudaDice(Losses.Dice o) {
        super(own(o.x()).device());
        spec = o.spec();
        z = own(o.x());
        target = own(o.target());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        int form = CudaKernels.number(spec.form());
        int classes = z.dim(1);
        int regions = z.dim(0) * classes;
        int positions = z.size() / regions;
        int all = z.dim(0) * positions;
        double divisor = spec.reduction() == Reduction.MEAN ? regions : 1;
        boolean labelled = spec.form() == DiceSpec.Form.LABELS;
        CudaTensor labels = labelled ? target : null;
        CudaTensor shares = labelled ? null : target;
        CudaTensor top = save(y.name() + ".top", DType.FLOAT64, all);
        CudaTensor sum = save(y.name() + ".sum", DType.FLOAT64, all);
        CudaTensor whole = save(y.name() + ".whole", DType.FLOAT64, regions);
        CudaTensor loss = save(y.name() + ".loss", DType.FLOAT64, regions);
        CudaPass pass = forwardPass();
        Grid rows = Grid.of(Grid.over(all).blocks().x(), Grid.THREADS);
        pass.launch("dice_rows", rows, form, z, top, sum, classes, positions, all);
        pass.launch(
                "dice_forward",
                Grid.blocks(regions, positions),
                form,
                z,
                labels,
                shares,
                top,
                sum,
                spec.smooth(),
                spec.ignoreIndex(),
                whole,
                loss,
                classes,
                positions);
        pass.sumRows(loss, y, divisor);
        CudaTensor dz = z.gradient();
        if (dz == null) {
            return;
        }
        backwardPass().reads(z, target);
        backwardPass()
                .launch(
                        "dice_backward",
                        rows,
                        form,
                        z,
                        labels,
                        shares,
                        top,
                        sum,
                        spec.ignoreIndex(),
                        whole,
                        loss,
                        y.requireGradient(),
                        divisor,
                        dz,
                        classes,
                        positions,
                        all);
    }
}
