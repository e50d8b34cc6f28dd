package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.gradient;

import io.retrograd.operation.CosineEmbeddingSpec;
import io.retrograd.operation.DiceSpec;
import io.retrograd.operation.GaussianNllSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.operation.TripletMarginSpec;
import java.util.List;
import java.util.function.UnaryOperator;

/** Wrong backwards of losses of several outputs, and of regions. */
final class PlantedJointBugs {
    private PlantedJointBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                gaussian("1/N missing", gradient(0, (i, g) -> 15 * g)),
                gaussian("divided by the deviation", gradient(1, (i, g) -> 2 * g)),
                gaussian("of the logarithm alone", ofLogarithm()),
                gaussian("of a sum", spec(s -> new GaussianNllSpec(true, 1e-6, Reduction.SUM))),
                gaussian(
                        "of a least variance that is not reached",
                        spec(s -> new GaussianNllSpec(true, 3, Reduction.MEAN))),
                triplet("", "sign of the positive", gradient(1, (i, g) -> -g)),
                triplet("", "negative forgotten", gradient(2, (i, g) -> 0)),
                triplet("", "of the squared distance", norm(1, false)),
                triplet("", "as if swapped", norm(2, true)),
                triplet("-swap", "not swapped", norm(3, false)),
                triplet("-swap", "of the Euclidean distance", norm(2, true)),
                cosine("", "of similar and others alike", spec(s -> cosineSpec(1))),
                cosine("", "sign", gradient(0, (i, g) -> -g)),
                cosine("", "second embedding forgotten", gradient(1, (i, g) -> 0)),
                cosine("-margin", "margin forgotten", spec(s -> cosineSpec(1))),
                dice("", "smoothing forgotten", diceSpec(0, DiceSpec.Form.LABELS, -100)),
                dice("", "that of single regions", gradient(0, (i, g) -> 1.5 * g)),
                dice("-ignored", "nothing ignored", diceSpec(0.25, DiceSpec.Form.LABELS, -100)),
                dice(
                        "-of-probabilities",
                        "without the other classes",
                        diceSpec(1, DiceSpec.Form.SIGMOID, -100)),
                dice("-sigmoid", "of softmax", diceSpec(1, DiceSpec.Form.PROBABILITIES, -100)));
    }

    private static Mutation ofLogarithm() {
        return Mutation.spoil(
                call -> {
                    double[] v = call.value(1);
                    call.setGradient(1, (i, g) -> 0.5 / v[i] / 15);
                });
    }

    private static CosineEmbeddingSpec cosineSpec(double margin) {
        return new CosineEmbeddingSpec(margin, Reduction.MEAN);
    }

    private static Mutation norm(double norm, boolean swap) {
        return spec(
                s ->
                        new TripletMarginSpec(
                                ((TripletMarginSpec) s).margin(),
                                norm,
                                1e-6,
                                swap,
                                Reduction.MEAN));
    }

    private static Mutation diceSpec(double smooth, DiceSpec.Form form, int ignored) {
        return spec(s -> new DiceSpec(form, smooth, ((DiceSpec) s).reduction(), ignored));
    }

    /** Backward of an operation of other settings. */
    private static Mutation spec(UnaryOperator<Object> change) {
        return altered(
                args -> {
                    args[0] = change.apply(args[0]);
                    return args;
                });
    }

    private static PlantedBug gaussian(String name, Mutation mutation) {
        return PlantedBug.of(name, "gaussianNll", "gaussian-nll-loss", mutation);
    }

    private static PlantedBug triplet(String entry, String name, Mutation mutation) {
        return PlantedBug.of(name, "tripletMargin", "triplet-margin-loss" + entry, mutation);
    }

    private static PlantedBug cosine(String entry, String name, Mutation mutation) {
        return PlantedBug.of(name, "cosineEmbedding", "cosine-embedding-loss" + entry, mutation);
    }

    private static PlantedBug dice(String entry, String name, Mutation mutation) {
        return PlantedBug.of(name, "dice", "dice-loss" + entry, mutation);
    }
}
