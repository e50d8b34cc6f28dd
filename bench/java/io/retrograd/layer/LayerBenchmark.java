package io.retrograd.layer;

import io.retrograd.backend.Backend;
import io.retrograd.bench.Operation;
import io.retrograd.bench.OperationBenchmark;
import io.retrograd.tensor.Shape;
import org.openjdk.jmh.annotations.Param;

/** Layers other than convolutions, at sizes that they have in known networks. */
public class LayerBenchmark extends OperationBenchmark {
    @Param({"forward", "backward"})
    public String direction = "";

    @Param public Problem problem = Problem.LINEAR_LENET;

    /** A layer and its input. */
    // Shapes and layers are immutable, without the annotation that the checker looks for.
    @SuppressWarnings("ImmutableEnumChecker")
    public enum Problem {
        LINEAR_LENET(new Linear(120), Shape.of(64, 400)),
        LINEAR_RESNET50(new Linear(1000), Shape.of(64, 2048)),
        LINEAR_LARGE(new Linear(1024), Shape.of(256, 1024)),
        MAX_POOL(new MaxPool2d(2).stride(2), Shape.of(128, 32, 32, 32)),
        AVG_POOL(new AvgPool2d(2).stride(2), Shape.of(128, 32, 32, 32)),
        GLOBAL_AVG_POOL(new GlobalAvgPool2d(), Shape.of(64, 512, 7, 7)),
        BATCH_NORM(new BatchNorm(), Shape.of(64, 64, 32, 32)),
        RELU(new Relu(), Shape.of(64, 64, 32, 32)),
        ELU(new Elu(1), Shape.of(64, 64, 32, 32)),
        GELU(new Gelu(), Shape.of(64, 64, 32, 32)),
        MISH(new Mish(), Shape.of(64, 64, 32, 32)),
        HARDSWISH(new Hardswish(), Shape.of(64, 64, 32, 32)),
        SOFTMAX(new Softmax(1), Shape.of(64, 1000)),
        GRU(new Gru(128), Shape.of(32, 100, 128)),
        GRU_BIDIRECTIONAL(new Gru(128).bidirectional(true), Shape.of(32, 100, 128)),
        JAVA_FUNCTION(Custom.of("square", v -> v * v, v -> 2 * v), Shape.of(64, 64, 8, 8));

        final Layer layer;
        final Shape input;

        Problem(Layer layer, Shape input) {
            this.layer = layer;
            this.input = input;
        }
    }

    @Override
    protected Operation prepare(Backend on) {
        return Operation.of(problem.layer, problem.input, direction, on);
    }
}
