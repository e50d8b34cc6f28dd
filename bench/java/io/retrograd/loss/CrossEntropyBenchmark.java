package io.retrograd.loss;

import io.retrograd.backend.Backend;
import io.retrograd.bench.Operation;
import io.retrograd.bench.OperationBenchmark;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.openjdk.jmh.annotations.Param;

/** Softmax and cross-entropy together; the target is class 0 throughout. */
public class CrossEntropyBenchmark extends OperationBenchmark {
    @Param({"forward", "backward"})
    public String direction = "";

    @Param({"10", "1000"})
    public int classes;

    @Param("256")
    public int batch;

    /** The loss as a layer. */
    private record Scored() implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return Shape.of();
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            CrossEntropy loss = new CrossEntropy();
            return loss.bind(binder, x, loss.target(binder, x.shape()));
        }
    }

    @Override
    protected Operation prepare(Backend on) {
        return Operation.of(new Scored(), Shape.of(batch, classes), direction, on);
    }
}
