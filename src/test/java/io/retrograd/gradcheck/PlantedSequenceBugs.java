package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.Mutation.accumulated;
import static io.retrograd.gradcheck.Mutation.altered;
import static io.retrograd.gradcheck.Mutation.argument;
import static io.retrograd.gradcheck.Mutation.gradient;
import static io.retrograd.gradcheck.Mutation.spoil;
import static io.retrograd.gradcheck.Mutation.unwritten;

import io.retrograd.operation.EmbeddingSpec;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.RecurrentSpec.Cell;
import io.retrograd.operation.TimeReduction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Wrong backwards of recurrent layers, embeddings and reductions over time. */
final class PlantedSequenceBugs {
    private static final int HIDDEN = 4;

    /** Arguments of {@code recurrent}. */
    private static final int SPEC = 0;

    private static final int LENGTHS = 2;
    private static final int STATES = 3;
    private static final int WEIGHTS = 4;
    private static final int FINAL_STATES = 6;

    /** Tensors of {@code recurrent} where there is one direction without states. */
    private static final int X = 0;

    private static final int W_IH = 1;
    private static final int W_HH = 2;
    private static final int B_IH = 3;
    private static final int B_HH = 4;

    private PlantedSequenceBugs() {}

    static List<PlantedBug> all() {
        return Stream.of(cells(), states(), embeddings(), overTime())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PlantedBug> cells() {
        return List.of(
                bug("that of ReLU", "rnn", cell(Cell.RNN_RELU)),
                bug("that of tanh", "rnn-relu", cell(Cell.RNN_TANH)),
                bug("dw_hh transposed", "rnn", transposed(W_HH)),
                bug("dw_hh transposed", "rnn-relu", transposed(W_HH)),
                bug("dw_hh is 0", "gru", gradient(W_HH, (i, g) -> 0)),
                bug("dw_hh added to what was there", "lstm", accumulated(W_HH)),
                bug("dw_ih not written", "lstm", unwritten(W_IH)),
                bug("gates in cuDNN's order, z before r", "gru", swapped(W_HH, 0, 1)),
                bug("gates in another order, f before i", "lstm", swapped(W_IH, 0, 1)),
                bug("bias gates in another order, o before g", "lstm", swapped(B_HH, 2, 3)),
                bug(
                        "reset gate before the product",
                        "gru",
                        spoil(
                                call -> {
                                    double[] input = call.gradient(B_IH);
                                    call.setGradient(B_HH, (i, g) -> input[i]);
                                })),
                bug("first step's dx is 0", "gru", gradient(X, (i, g) -> i < 3 ? 0 : g)),
                bug("last step's dx is 0", "lstm", gradient(X, (i, g) -> i / 3 % 5 == 4 ? 0 : g)),
                bug("db_ih of one sequence only", "rnn", gradient(B_IH, (i, g) -> g / 2)));
    }

    private static List<PlantedBug> states() {
        return List.of(
                bug("initial state forgotten", "rnn-states", argument(STATES, List.of())),
                bug("initial state forgotten", "lstm-states", argument(STATES, List.of())),
                bug("final state's gradient forgotten", "gru-states", noFinalStates()),
                bug("final state's gradient forgotten", "rnn-relu-states", noFinalStates()),
                bug("c's final gradient forgotten", "lstm-states", noFinalStates()),
                bug("h and c mixed up", "lstm-states", reversed(STATES)),
                bug("directions mixed up", "gru-states", rotated(WEIGHTS)),
                bug("lengths forgotten", "rnn-lengths", argument(LENGTHS, null)),
                bug("lengths forgotten", "rnn-relu-lengths", argument(LENGTHS, null)),
                bug("lengths forgotten", "lstm-lengths", argument(LENGTHS, null)),
                bug("lengths forgotten", "gru-lengths", argument(LENGTHS, null)));
    }

    private static List<PlantedBug> embeddings() {
        return List.of(
                PlantedBug.of(
                        "a token's last place only",
                        "embedding",
                        "embedding",
                        spoil(
                                call -> {
                                    double[] x = call.value(0);
                                    double[] dy = call.dy();
                                    int dim = call.dim(1, 1);
                                    call.setGradient(
                                            1,
                                            (i, g) -> {
                                                double last = 0;
                                                for (int j = 0; j < x.length; j++) {
                                                    boolean own = (int) x[j] == i / dim;
                                                    last = own ? dy[j * dim + i % dim] : last;
                                                }
                                                return last;
                                            });
                                })),
                PlantedBug.of("added to what was there", "embedding", "embedding", accumulated(1)),
                PlantedBug.of(
                        "padding is trained",
                        "embedding",
                        "embedding-padding",
                        argument(0, new EmbeddingSpec(-1, /* zeros= */ true))),
                PlantedBug.of(
                        "another token is not trained",
                        "embedding",
                        "embedding-padding",
                        argument(0, new EmbeddingSpec(0, /* zeros= */ true))));
    }

    private static List<PlantedBug> overTime() {
        return List.of(
                overTime("not divided", "mean-over-time", gradient(0, (i, g) -> 5 * g)),
                overTime("lengths forgotten", "padded-mean", argument(2, null)),
                overTime("lengths forgotten", "padded-last", argument(2, null)),
                overTime("that of the mean", "max-over-time", reduction(TimeReduction.MEAN)),
                overTime("that of the largest", "last-over-time", reduction(TimeReduction.MAX)));
    }

    private static PlantedBug bug(String name, String entry, Mutation mutation) {
        return PlantedBug.of(name + " in " + entry, "recurrent", entry, mutation);
    }

    private static PlantedBug overTime(String name, String entry, Mutation mutation) {
        return PlantedBug.of(name + " in " + entry, "overTime", entry, mutation);
    }

    private static Mutation cell(Cell other) {
        return argument(SPEC, new RecurrentSpec(other, HIDDEN, /* bidirectional= */ false));
    }

    private static Mutation reduction(TimeReduction other) {
        return argument(0, other);
    }

    private static Mutation noFinalStates() {
        return argument(FINAL_STATES, List.of());
    }

    private static Mutation reversed(int list) {
        return altered(args -> changed(args, list, Collections::reverse));
    }

    /** The second direction's weights before the first one's. */
    private static Mutation rotated(int list) {
        return altered(args -> changed(args, list, items -> Collections.rotate(items, 4)));
    }

    private interface Change {
        void apply(List<Object> items);
    }

    private static Object[] changed(Object[] args, int list, Change change) {
        List<Object> items = new ArrayList<>((List<?>) args[list]);
        change.apply(items);
        args[list] = items;
        return args;
    }

    /** Transposes the gradient of a square weight. */
    private static Mutation transposed(int tensor) {
        return spoil(
                call -> {
                    double[] right = call.gradient(tensor);
                    int size = call.dim(tensor, 0);
                    call.setGradient(tensor, (i, g) -> right[i % size * size + i / size]);
                });
    }

    /** With the rows of two gates exchanged. */
    private static Mutation swapped(int tensor, int a, int b) {
        return spoil(
                call -> {
                    double[] right = call.gradient(tensor);
                    int block = right.length / call.dim(tensor, 0) * HIDDEN;
                    call.setGradient(
                            tensor,
                            (i, g) -> {
                                int gate = i / block;
                                int other = gate == a ? b : gate == b ? a : gate;
                                return right[other * block + i % block];
                            });
                });
    }
}
