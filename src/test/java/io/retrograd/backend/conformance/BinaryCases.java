package io.retrograd.backend.conformance;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.DropPath;
import io.retrograd.layer.Dropout2d;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Glu;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerScale;
import io.retrograd.layer.Mean;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary.Kind;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Two tensors combined, of which one or both count for several elements; gates. */
final class BinaryCases {
    private BinaryCases() {}

    /** x and a parameter, on either side. */
    private record Combined(Kind op, Shape other, boolean first) implements Layer {
        @Override
        public Shape outputShape(Shape x) {
            return Broadcast.shape(kind(), x, other);
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            Tensor w = binder.parameter("other", other, Initializer.constant(0.5));
            return binder.record(
                            to ->
                                    new Elementwise.Binary(
                                            kind(), op, first ? w : x, first ? x : w, to))
                    .y();
        }
    }

    static Stream<Comparison> all() {
        return Stream.of(combined(), gates(), attention()).flatMap(cases -> cases);
    }

    private static Stream<Comparison> combined() {
        List<Shape> others =
                List.of(
                        Shape.of(2, 8, 5, 7),
                        Shape.of(1, 8, 1, 1),
                        Shape.of(2, 8, 1, 1),
                        Shape.of(1, 1, 5, 7),
                        Shape.of(2, 1, 1, 7),
                        Shape.of(1, 8, 5, 1),
                        Shape.of(1, 1, 1, 1));
        Stream<Comparison> shapes =
                others.stream()
                        .flatMap(
                                other ->
                                        Stream.of(Kind.values())
                                                .flatMap(kind -> placed(kind, other)));
        Stream<Comparison> both =
                Stream.of(
                        Comparison.of(new Combined(Kind.MUL, Shape.of(2, 1, 5), true), 1, 3, 5),
                        Comparison.of(new Combined(Kind.SUB, Shape.of(1, 7, 1), false), 2, 1, 5),
                        Comparison.of(new Combined(Kind.ADD, Shape.of(5), false), 1));
        return Stream.concat(shapes, both);
    }

    private static Stream<Comparison> placed(Kind kind, Shape other) {
        Layer right = new Combined(kind, other, /* first= */ false);
        Layer left = new Combined(kind, other, /* first= */ true);
        return Stream.of(
                Comparison.of(right, 2, 8, 5, 7),
                Comparison.of(new Sequential(new Conv2d(8, 1), left, new Relu()), 2, 3, 5, 7));
    }

    private static Stream<Comparison> gates() {
        Layer weights = new Sequential(new Mean(2, 3), new Reshape(8, 1, 1));
        Layer conv = new Conv2d(8, 1);
        return Stream.of(
                Comparison.of(new Gate(weights), 2, 8, 5, 7),
                Comparison.of(new Sequential(conv, new Gate(weights), new Relu()), 2, 3, 5, 7),
                Comparison.of(new Sequential(conv, new Gate(new Conv2d(1, 1))), 2, 3, 5, 7),
                Comparison.of(new LayerScale(0.5), 3, 5),
                Comparison.of(new Sequential(conv, new LayerScale(0.5)), 2, 3, 5, 7),
                Comparison.of(new Glu(), 3, 10),
                Comparison.of(new Glu(1), 2, 6, 5, 7),
                Comparison.of(new Sequential(new Conv2d(16, 1), new Glu(1)), 2, 3, 5, 7),
                Comparison.of(new Sequential(new Conv2d(8, 1), new Glu(3)), 2, 3, 5, 8),
                Comparison.of(new Mean(1, 3), 2, 3, 5, 7),
                Comparison.of(new Sequential(conv, new Mean(1), new Relu()), 2, 3, 5, 7));
    }

    private static Stream<Comparison> attention() {
        return Stream.of(
                Comparison.of(new MultiheadAttention(1), 1, 1, 1),
                Comparison.of(new MultiheadAttention(2), 2, 5, 6),
                Comparison.of(new MultiheadAttention(4).causal(true), 3, 7, 16),
                Comparison.of(new MultiheadAttention(3).dropout(0.3), 2, 4, 12),
                Comparison.of(
                        new Sequential(new MultiheadAttention(2), new MultiheadAttention(4)),
                        2,
                        17,
                        8),
                Comparison.of(new Dropout2d(0.4), 3, 5, 2, 3),
                Comparison.of(
                        new Sequential(
                                new Conv2d(8, 1), new Residual(new DropPath(0.4)), new Relu()),
                        5,
                        3,
                        4,
                        3));
    }
}
