package io.retrograd.gradcheck.fuzz;

import io.retrograd.operation.ActivationSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The kinds of layers that are drawn, by name, as in {@code gradcheck --fuzz 1m --layer conv2d}.
 *
 * <p>To draw a new layer, add a line to {@link #families}.
 */
public final class FuzzKinds {
    /** Of each family as many out of the sum of all. */
    private static final List<Integer> WEIGHTS = List.of(8, 6, 6, 4, 4, 4);

    private FuzzKinds() {}

    /** The names of all kinds. */
    public static List<String> names() {
        return families(new Draw(0), 1).stream()
                .flatMap(family -> family.keySet().stream())
                .toList();
    }

    /** Draws the name of a kind: of layers with many settings more often. */
    static String name(Draw draw) {
        List<Map<String, IntFunction<DrawnLayer>>> families = families(draw, 1);
        List<Integer> tickets = new ArrayList<>();
        for (int i = 0; i < WEIGHTS.size(); i++) {
            for (int ticket = 0; ticket < WEIGHTS.get(i); ticket++) {
                tickets.add(i);
            }
        }
        return draw.of(List.copyOf(families.get(draw.of(tickets)).keySet()));
    }

    /**
     * Draws a layer of a kind, which may not fit its input.
     *
     * @param elements how many the input has at most
     */
    static DrawnLayer draw(String name, Draw draw, int elements) {
        for (Map<String, IntFunction<DrawnLayer>> family : families(draw, elements)) {
            IntFunction<DrawnLayer> kind = family.get(name);
            if (kind != null) {
                return kind.apply(dims(name));
            }
        }
        throw new IllegalArgumentException(
                "layer: expected one of " + String.join(", ", names()) + ", got " + name);
    }

    /** The number in {@code conv2d}; 0 where there is none. */
    private static int dims(String name) {
        return name.matches(".*[123]d") ? name.charAt(name.length() - 2) - '0' : 0;
    }

    private static List<Map<String, IntFunction<DrawnLayer>>> families(Draw draw, int elements) {
        DrawnNorms norms = new DrawnNorms(draw, elements);
        DrawnOthers others = new DrawnOthers(draw, elements);
        DrawnSequences sequences = new DrawnSequences(draw);
        Map<String, IntFunction<DrawnLayer>> convolutions = new LinkedHashMap<>();
        Map<String, IntFunction<DrawnLayer>> poolings = new LinkedHashMap<>();
        for (int dims = 1; dims <= 3; dims++) {
            String d = dims + "d";
            convolutions.put("conv" + d, n -> DrawnConvolutions.plain(draw, n, elements));
            convolutions.put(
                    "conv-transpose" + d, n -> DrawnConvolutions.transposed(draw, n, elements));
            poolings.put("max-pool" + d, n -> new DrawnPoolings(draw, n, elements).maximum());
            poolings.put("avg-pool" + d, n -> new DrawnPoolings(draw, n, elements).average());
            poolings.put(
                    "adaptive-max-pool" + d,
                    n -> new DrawnPoolings(draw, n, elements).adaptiveMaximum());
            poolings.put(
                    "adaptive-avg-pool" + d,
                    n -> new DrawnPoolings(draw, n, elements).adaptiveAverage());
        }
        Map<String, IntFunction<DrawnLayer>> normalizations = new LinkedHashMap<>();
        normalizations.put("batch-norm", n -> norms.batch());
        normalizations.put("layer-norm", n -> norms.layer());
        normalizations.put("group-norm", n -> norms.group());
        normalizations.put("instance-norm", n -> norms.instance());
        normalizations.put("rms-norm", n -> norms.rms());
        normalizations.put("local-response-norm", n -> norms.localResponse());
        normalizations.put("softmax", n -> others.softmax());
        Map<String, IntFunction<DrawnLayer>> overTime = new LinkedHashMap<>();
        overTime.put("rnn", n -> sequences.rnn());
        overTime.put("lstm", n -> sequences.lstm());
        overTime.put("gru", n -> sequences.gru());
        overTime.put("over-time", n -> sequences.reduction());
        overTime.put("embedding", n -> sequences.embedding());
        overTime.put("multihead-attention", n -> sequences.attention());
        Map<String, IntFunction<DrawnLayer>> moves = new LinkedHashMap<>();
        moves.put("linear", n -> others.linear());
        moves.put("flatten", n -> others.flatten());
        moves.put("transpose", n -> others.transpose());
        moves.put("narrow", n -> others.narrow());
        moves.put("pad", n -> others.pad());
        moves.put("interpolate", n -> others.interpolate());
        moves.put("pixel-shuffle", n -> others.pixelShuffle());
        moves.put("mean", n -> others.mean());
        Map<String, IntFunction<DrawnLayer>> functions = new LinkedHashMap<>();
        functions.put("prelu", n -> others.prelu());
        functions.put("glu", n -> others.glu());
        functions.put("dropout", n -> others.dropout());
        for (ActivationSpec.Kind kind : ActivationSpec.Kind.values()) {
            functions.put(
                    kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    n -> others.activation(kind));
        }
        return List.of(convolutions, poolings, normalizations, overTime, moves, functions);
    }
}
