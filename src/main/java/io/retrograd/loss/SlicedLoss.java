package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Samplings;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A joint loss of the equal parts of one output along a dimension: of means and variances that lie
 * side by side in (N, 2·E), or of embeddings of a batch (3·N, E) of anchors, positives and
 * negatives.
 *
 * @param dim the dimension, 0 for the batch; a negative one counts from the end
 */
public record SlicedLoss(JointLoss loss, int dim) implements JointLoss {
    @Override
    public int outputs() {
        return 1;
    }

    private Shape part(Shape output) {
        int d = Checks.dimension("SlicedLoss", dim, output);
        int parts = loss.outputs();
        if (output.dim(d) % parts != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "SlicedLoss: expected dimension %d of %s to fall into %d equal parts",
                            d, output, parts));
        }
        return output.with(d, output.dim(d) / parts);
    }

    @Override
    public @Nullable Tensor target(Binder binder, List<Shape> outputs) {
        return loss.target(binder, Collections.nCopies(loss.outputs(), part(outputs.get(0))));
    }

    @Override
    public Tensor bind(Binder binder, List<Tensor> outputs, @Nullable Tensor target) {
        Tensor x = outputs.get(0);
        int length = part(x.shape()).dim(Checks.dimension("SlicedLoss", dim, x.shape()));
        List<Tensor> branches =
                binder.record(to -> Arrangements.Fork.of(x, loss.outputs(), to)).branches();
        List<Tensor> parts =
                IntStream.range(0, branches.size())
                        .mapToObj(
                                i ->
                                        binder.record(
                                                        to ->
                                                                new Samplings.Narrow(
                                                                        dim,
                                                                        i * length,
                                                                        length,
                                                                        branches.get(i),
                                                                        to))
                                                .y())
                        .toList();
        return loss.bind(binder, parts, target);
    }
}
