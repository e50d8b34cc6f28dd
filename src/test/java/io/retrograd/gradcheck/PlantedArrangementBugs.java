package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.accumulated;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.Mutation.unwritten;

import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.operation.InterpolationSpec;
import io.retrograd.operation.PadSpec;
import java.util.List;
import java.util.stream.Stream;

/** Wrong backwards of what moves, samples, combines and sums elements. */
final class PlantedArrangementBugs {
    private static final int X = 0;
    private static final int OTHER = 1;

    private PlantedArrangementBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(samplings(), binary(), attention(), others())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PlantedBug> samplings() {
        return List.of(
                PlantedBug.of("part one off", "sampling", "narrow", argument(1, 2)),
                PlantedBug.of(
                        "what lies outside keeps its gradient",
                        "sampling",
                        "narrow",
                        gradient(X, (i, g) -> g == 0 ? 1 : g)),
                PlantedBug.of("gradient accumulated", "sampling", "pad", accumulated(X)),
                PlantedBug.of(
                        "mirrored elements forgotten",
                        "sampling",
                        "pad-reflect",
                        argument(0, new PadSpec(PadSpec.Mode.CONSTANT, 0, List.of(2, 1, 0, 3)))),
                PlantedBug.of(
                        "mirrored for repeated",
                        "sampling",
                        "pad-replicate",
                        argument(0, new PadSpec(PadSpec.Mode.REFLECT, 0, List.of(2, 3)))),
                PlantedBug.of(
                        "corners aligned in backward only",
                        "sampling",
                        "interpolate-linear",
                        argument(
                                0,
                                new InterpolationSpec(
                                        InterpolationSpec.Mode.LINEAR,
                                        /* alignCorners= */ true,
                                        List.of(),
                                        List.of(2, 3)))),
                PlantedBug.of(
                        "nearest in backward",
                        "sampling",
                        "interpolate-aligned",
                        argument(
                                0,
                                new InterpolationSpec(
                                        InterpolationSpec.Mode.NEAREST,
                                        /* alignCorners= */ false,
                                        List.of(7, 3),
                                        List.of()))));
    }

    private static List<PlantedBug> binary() {
        return List.of(
                PlantedBug.of("sum in backward", "binary", "gate", argument(1, Binary.Kind.ADD)),
                PlantedBug.of("weight never written", "binary", "gate", unwritten(OTHER)),
                PlantedBug.of(
                        "mean for sum over what a weight counts for",
                        "binary",
                        "squeeze-excite",
                        gradient(OTHER, (i, g) -> g / 20)),
                PlantedBug.of(
                        "weight summed over one sample",
                        "binary",
                        "layer-scale",
                        gradient(OTHER, (i, g) -> g / 2)));
    }

    private static List<PlantedBug> attention() {
        return List.of(
                PlantedBug.of(
                        "one factor's gradient never written",
                        "matMul",
                        "multihead-attention",
                        unwritten(OTHER)),
                PlantedBug.of(
                        "sign of the other factor's gradient",
                        "matMul",
                        "multihead-attention",
                        gradient(OTHER, (i, g) -> -g)),
                PlantedBug.of(
                        "gradients accumulated", "matMul", "multihead-attention", accumulated(X)),
                PlantedBug.of(
                        "what is not seen has a gradient",
                        "attentionMask",
                        "multihead-attention-causal",
                        gradient(X, (i, g) -> i % 4 > i / 4 % 4 ? 1 : g)),
                PlantedBug.of(
                        "what is seen has none",
                        "attentionMask",
                        "multihead-attention-causal",
                        gradient(X, (i, g) -> i % 16 == 0 ? 0 : g + 0.5)),
                PlantedBug.of("factor twice", "scale", "multihead-attention", argument(0, 0.5)));
    }

    private static List<PlantedBug> others() {
        return List.of(
                PlantedBug.of("factor forgotten", "scale", "scale", argument(0, 1.0)),
                PlantedBug.of("not divided", "reduce", "mean", argument(0, false)),
                PlantedBug.of("divided", "reduce", "sum", argument(0, true)),
                PlantedBug.of("never written", "reduce", "sum", unwritten(X)),
                PlantedBug.of(
                        "the gate's slope at the other half",
                        "glu",
                        "glu",
                        spoil(
                                call -> {
                                    double[] x = call.value(X);
                                    double[] dy = call.dy();
                                    call.setGradient(
                                            X,
                                            (i, g) ->
                                                    i / 15 % 2 == 0
                                                            ? g
                                                            : dy[i / 30 * 15 + i % 15] * x[i]);
                                })),
                PlantedBug.of(
                        "to the last of the window",
                        "adaptiveMaxPooling",
                        "adaptive-max-pool1d",
                        spoil(
                                call -> {
                                    double[] dx = call.gradient(X);
                                    call.setGradient(X, (i, g) -> i % 7 == 0 ? 0 : dx[i - 1]);
                                })),
                PlantedBug.of(
                        "order turned back twice",
                        "permute",
                        "permute",
                        spoil(
                                call -> {
                                    double[] dy = call.dy();
                                    call.setGradient(X, (i, g) -> dy[i]);
                                })));
    }
}
