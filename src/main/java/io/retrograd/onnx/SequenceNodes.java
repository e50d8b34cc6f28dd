package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations of tokens and sequences as nodes. */
final class SequenceNodes {
    private final GraphBuilder graph;
    private final Values values;

    SequenceNodes(GraphBuilder graph, Values values) {
        this.graph = graph;
        this.values = values;
    }

    String embedding(SequenceOperations.Embedding o) {
        return graph.node("Gather", values.of(o.w()), values.of(o.x()));
    }

    /** Whole numbers are divided after T − 1 is added, which rounds up. */
    String lengths(SequenceOperations.Lengths o) {
        int longest = o.tokens().shape().dim(1);
        String padding = graph.node("Equal", values.of(o.tokens()), graph.integer(o.padding()));
        String ends = graph.node("Where", padding, graph.integer(0), range(1, longest + 1));
        String last = graph.reduce("ReduceMax", List.of(1), /* keep= */ false, ends);
        if (o.steps() == longest) {
            return last;
        }
        String scaled = graph.node("Mul", last, graph.integer(o.steps()));
        String more = graph.node("Add", scaled, graph.integer(longest - 1));
        return graph.node("Div", more, graph.integer(longest));
    }

    private String range(int first, int end) {
        return graph.ints(LongStream.range(first, end).toArray());
    }

    /** Which steps of {@code count} come before a sequence's end, as bool (N, 1…, count, 1…). */
    private String before(Tensor lengths, int count, List<Long> sizes, List<Long> steps) {
        String ends = graph.reshape(values.of(lengths), sizes);
        return graph.node("Less", graph.reshape(range(0, count), steps), ends);
    }

    String overTime(SequenceOperations.OverTime o) {
        String x = values.of(o.x());
        int steps = o.x().shape().dim(1);
        if (o.lengths() == null) {
            return switch (o.reduction()) {
                case MEAN -> graph.reduce("ReduceMean", List.of(1), /* keep= */ false, x);
                case MAX -> graph.reduce("ReduceMax", List.of(1), /* keep= */ false, x);
                case LAST -> graph.node("Gather", Map.of("axis", 1), x, graph.integer(steps - 1));
            };
        }
        Tensor lengths = o.lengths();
        return switch (o.reduction()) {
            case MEAN -> {
                String sum =
                        graph.reduce(
                                "ReduceSum", List.of(1), /* keep= */ false, seen(o, lengths, 0));
                String count =
                        graph.reshape(
                                graph.cast(values.of(lengths), TensorProto.DataType.FLOAT),
                                List.of(Values.ANY, 1L));
                yield graph.node("Div", sum, count);
            }
            case MAX ->
                    graph.reduce(
                            "ReduceMax",
                            List.of(1),
                            /* keep= */ false,
                            seen(o, lengths, Double.NEGATIVE_INFINITY));
            case LAST -> {
                String last = graph.node("Sub", values.of(lengths), graph.integer(1));
                String indices = graph.reshape(last, List.of(Values.ANY, 1L));
                yield graph.node("GatherND", Map.of("batch_dims", 1), x, indices);
            }
        };
    }

    /** x, and another number behind each sequence's end. */
    private String seen(SequenceOperations.OverTime o, Tensor lengths, double behind) {
        int steps = o.x().shape().dim(1);
        String before =
                before(lengths, steps, List.of(Values.ANY, 1L, 1L), List.of(1L, (long) steps, 1L));
        return graph.node("Where", before, values.of(o.x()), graph.number(behind));
    }

    String attentionMask(SequenceOperations.AttentionMask o) {
        String x = values.of(o.x());
        int queries = o.x().shape().dim(2);
        int steps = o.x().shape().dim(3);
        String unseen = graph.number(SequenceOperations.AttentionMask.UNSEEN);
        if (o.causal()) {
            boolean[] seen = new boolean[queries * steps];
            for (int t = 0; t < queries; t++) {
                for (int s = 0; s <= Math.min(t, steps - 1); s++) {
                    seen[t * steps + s] = true;
                }
            }
            String mask = graph.booleans(Shape.of(1, 1, queries, steps), seen);
            x = graph.node("Where", mask, x, unseen);
        }
        if (o.lengths() == null) {
            return x;
        }
        String before =
                before(
                        o.lengths(),
                        steps,
                        List.of(Values.ANY, 1L, 1L, 1L),
                        List.of(1L, 1L, 1L, (long) steps));
        return graph.node("Where", before, x, unseen);
    }
}
