package io.retrograd.cli;

import io.retrograd.file.WholeFile;
import io.retrograd.interop.ElementKind;
import io.retrograd.interop.Npy;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a trained network over samples and writes what it gives, as it comes. */
final class Predictions {
    private final Trained trained;
    private final Model model;
    private final PredictBatches batches;
    private final boolean probabilities;

    /**
     * Predictions.
     *
     * @param probabilities whether numbers are these, and not logits
     */
    Predictions(Trained trained, Model model, PredictBatches batches, boolean probabilities) {
        this.trained = trained;
        this.model = model;
        this.batches = batches;
        this.probabilities = probabilities;
    }

    /** As a NumPy array (N, ...), of the device's precision. */
    void npy(Path file) throws IOException {
        List<Long> dims = new ArrayList<>(List.of(batches.samples()));
        model.outputShape().dims().forEach(size -> dims.add(size.longValue()));
        boolean wide = model.parameters().backend().dtype() == DType.FLOAT64;
        Npy.write(
                file,
                wide ? ElementKind.F64 : ElementKind.F32,
                dims,
                to -> batches.run(model, (path, index, y) -> to.add(numbers(y))));
    }

    /** As JSON: a list of one object a sample, each on a line. */
    void json(Path file) throws IOException {
        WholeFile.write(
                file,
                out -> {
                    String[] before = {"[\n"};
                    batches.run(
                            model,
                            (path, index, y) -> {
                                String line = before[0] + Json.line(object(path, index, y));
                                out.write(line.getBytes(StandardCharsets.UTF_8));
                                before[0] = ",\n";
                            });
                    out.write("\n]\n".getBytes(StandardCharsets.UTF_8));
                });
    }

    /** As a table: the likeliest class of each sample. */
    void table(PrintWriter out) throws IOException {
        checkClasses();
        out.printf("%-40s %8s  %-20s %s%n", "input", "sample", "class", "probability");
        batches.run(
                model,
                (path, index, y) -> {
                    int top = top(y);
                    out.printf(
                            "%-40s %8d  %-20s %.4f%n",
                            path, index, trained.label(top), softmax(y, model.outputShape())[top]);
                });
        out.flush();
    }

    /** As JSON on one line. */
    void line(PrintWriter out) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        batches.run(model, (path, index, y) -> all.add(object(path, index, y)));
        out.println(Json.line(Map.of("predictions", all)));
        out.flush();
    }

    private void checkClasses() {
        if (model.outputShape().rank() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "predict: expected a network with one output a class, got %s; write"
                                    + " its numbers with --out FILE.npy",
                            model.outputShape()));
        }
    }

    private Map<String, Object> object(String input, long index, double[] y) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("input", input);
        object.put("sample", index);
        if (model.outputShape().rank() == 1) {
            int top = top(y);
            object.put("class", top);
            if (!trained.labels().isEmpty()) {
                object.put("label", trained.label(top));
            }
            object.put("probability", softmax(y, model.outputShape())[top]);
        }
        object.put(probabilities ? "probabilities" : "logits", numbers(y));
        return object;
    }

    private double[] numbers(double[] logits) {
        return probabilities ? softmax(logits, model.outputShape()) : logits;
    }

    private static int top(double[] y) {
        int top = 0;
        for (int i = 1; i < y.length; i++) {
            top = y[i] > y[top] ? i : top;
        }
        return top;
    }

    /** Over classes, the first size of a sample's output: {@code exp(z − max z) / Σ exp}. */
    static double[] softmax(double[] logits, Shape shape) {
        int classes = shape.dim(0);
        int places = logits.length / classes;
        double[] p = new double[logits.length];
        for (int place = 0; place < places; place++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, logits[c * places + place]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                p[c * places + place] = Math.exp(logits[c * places + place] - largest);
                sum += p[c * places + place];
            }
            for (int c = 0; c < classes; c++) {
                p[c * places + place] /= sum;
            }
        }
        return p;
    }
}
