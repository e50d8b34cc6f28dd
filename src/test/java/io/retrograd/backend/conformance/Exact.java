package io.retrograd.backend.conformance;

import io.retrograd.tensor.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Exact values of functions, to 25 digits, computed with 100. The files beside are written by
 *
 * <pre>
 *   pip install mpmath
 *   python src/tools/numerics/truth.py src/test/resources/io/retrograd/backend/conformance/numerics
 * </pre>
 *
 * @param function which, and behind a bar its parameter
 * @param kind which precisions have the input: bfloat16, float32 and float64 from b on, from f on,
 *     from d on
 * @param target the target of a loss
 * @param weights the weights of classes; for other functions the sizes of the terms whose
 *     difference y is
 * @param size the size of the terms whose difference an element of dx is
 */
record Exact(
        String function,
        char kind,
        List<Double> x,
        List<Double> target,
        List<Double> weights,
        List<Double> dy,
        List<BigDecimal> y,
        List<BigDecimal> dx,
        List<BigDecimal> size) {
    private static final String FOLDER = "numerics/";
    private static final String ENDS = "e";

    /** Softmax, losses and normalisations. */
    static List<Exact> lines() {
        return read("lines.tsv").map(Exact::line).toList();
    }

    /** Functions of one number, each at many; dy is 1. */
    static List<Exact> activations() {
        return read("activations.tsv")
                .filter(field -> !field[1].equals(ENDS))
                .map(Exact::activation)
                .toList();
    }

    /** Functions of one number, each at −∞ and ∞. */
    static Map<String, List<Double>> ends() {
        return read("activations.tsv")
                .filter(field -> field[1].equals(ENDS))
                .collect(
                        Collectors.toMap(
                                field -> field[0], field -> doubles(field[3] + " " + field[4])));
    }

    private static Stream<String[]> read(String name) {
        InputStream stream = Objects.requireNonNull(Exact.class.getResourceAsStream(FOLDER + name));
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines().map(line -> line.split("\t", -1)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Exact line(String[] field) {
        return new Exact(
                field[0],
                field[1].charAt(0),
                doubles(field[3]),
                doubles(field[4]),
                doubles(field[5]),
                doubles(field[6]),
                decimals(field[7]),
                decimals(field[8]),
                decimals(field[9]));
    }

    private static Exact activation(String[] field) {
        return new Exact(
                field[0],
                field[1].charAt(0),
                doubles(field[2]),
                List.of(),
                List.of(),
                List.of(1.0),
                decimals(field[3]),
                decimals(field[4]),
                decimals(field[5]));
    }

    private static List<Double> doubles(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .map(Double::valueOf)
                .toList();
    }

    private static List<BigDecimal> decimals(String text) {
        return Arrays.stream(text.split(" ")).map(BigDecimal::new).toList();
    }

    /** Whether a precision has the inputs. */
    boolean in(DType dtype) {
        return switch (dtype) {
            case FLOAT64 -> true;
            case FLOAT32 -> kind != 'd';
            case BFLOAT16 -> kind == 'b';
            default -> false;
        };
    }

    /** The name without a parameter. */
    String name() {
        int bar = function.indexOf('|');
        return bar < 0 ? function : function.substring(0, bar);
    }

    /** The parameter behind the bar. */
    double parameter() {
        int bar = function.indexOf('|');
        return bar < 0 ? 0 : Double.parseDouble(function.substring(bar + 1));
    }

    /** The size of the terms whose sum y is; 0 where it is no sum. */
    BigDecimal sizeOfY(int i) {
        boolean sizes = !weights.isEmpty() && !function.startsWith("cross");
        return sizes ? new BigDecimal(weights.get(i)) : BigDecimal.ZERO;
    }
}
