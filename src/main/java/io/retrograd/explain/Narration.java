package io.retrograd.explain;

import io.retrograd.backend.Binding;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Formulas of operations with their numbers filled in, for operations of a few elements: a
 * convolution with one output position, dense layers, ReLU, and losses of one sample.
 */
final class Narration {
    private Narration() {}

    /**
     * One element of a gradient.
     *
     * @param of what it is the gradient of, as in {@code 0.weight[2]}
     * @param formula where it came from, with numbers
     */
    record Gradient(String of, String formula, Tensor tensor, int at) {}

    /** The lines that tell how an operation's outputs came about; none where there is no news. */
    static List<String> forward(Binding.Node node) {
        Tensor x = node.reads().get(0);
        double[] in = x.toArray();
        double[] y = node.writes().get(0).toArray();
        return switch (node.kind()) {
            case "convolution", "linear" -> products(node, in, y);
            case "activation" ->
                    List.of(name(node) + " = max(0, " + number(in[0]) + ") = " + number(y[0]));
            case "crossEntropy" -> crossEntropy(node, in, y[0]);
            case "pointwiseLoss" -> {
                double target = node.reads().get(1).toArray()[0];
                yield List.of(
                        String.format(
                                "squared error = (%s - %s)^2 = %s",
                                number(in[0]), number(target), number(y[0])));
            }
            default -> List.of();
        };
    }

    /** y[o] = sum of w[o,i] * x[i] + b[o]. */
    private static List<String> products(Binding.Node node, double[] x, double[] y) {
        double[] w = node.reads().get(1).toArray();
        double[] b = node.reads().get(2).toArray();
        List<String> lines = new ArrayList<>();
        for (int o = 0; o < y.length; o++) {
            StringJoiner sum = new StringJoiner(" + ");
            for (int i = 0; i < x.length; i++) {
                sum.add(factor(w[o * x.length + i]) + " * " + number(x[i]));
            }
            sum.add(factor(b[o]));
            String index = y.length == 1 ? "" : "[" + o + "]";
            lines.add(name(node) + index + " = " + sum + " = " + number(y[o]));
        }
        return lines;
    }

    private static List<String> crossEntropy(Binding.Node node, double[] z, double loss) {
        int label = (int) node.reads().get(1).toArray()[0];
        double[] p = softmax(z);
        List<String> lines = new ArrayList<>();
        StringJoiner sum = new StringJoiner(" + ");
        for (double logit : z) {
            sum.add("exp(" + number(logit) + ")");
        }
        for (int c = 0; c < z.length; c++) {
            lines.add(
                    String.format(
                            "softmax p[%d] = exp(%s) / (%s) = %s",
                            c, number(z[c]), sum, number(p[c])));
        }
        lines.add(
                String.format(
                        "cross-entropy = -log p[%d] = -log %s = %s",
                        label, number(p[label]), number(loss)));
        return lines;
    }

    /** The gradients that an operation's backward computes, its outputs' being known. */
    static List<Gradient> backward(Binding.Node node) {
        double[] dy = node.writes().get(0).requireGrad().toArray();
        Tensor x = node.reads().get(0);
        double[] in = x.toArray();
        List<Gradient> gradients = new ArrayList<>();
        switch (node.kind()) {
            case "convolution", "linear" -> productGradients(node, in, dy, gradients);
            case "activation" ->
                    gradients.add(
                            new Gradient(
                                    name(node) + " input",
                                    number(dy[0]) + (in[0] > 0 ? " * 1" : " * 0"),
                                    x,
                                    0));
            case "crossEntropy" -> {
                int label = (int) node.reads().get(1).toArray()[0];
                double[] p = softmax(in);
                for (int c = 0; c < in.length; c++) {
                    String hit = c == label ? "1" : "0";
                    String formula = "p[" + c + "] - " + hit + " = " + number(p[c]) + " - " + hit;
                    gradients.add(new Gradient("logit[" + c + "]", formula, x, c));
                }
            }
            case "pointwiseLoss" -> {
                double target = node.reads().get(1).toArray()[0];
                String formula =
                        String.format(
                                "%s * 2 * (%s - %s)", number(dy[0]), number(in[0]), number(target));
                gradients.add(new Gradient("output", formula, x, 0));
            }
            default -> {}
        }
        return gradients;
    }

    /** dw[o,i] = dy[o] * x[i], db[o] = dy[o], dx[i] = sum over o of dy[o] * w[o,i]. */
    private static void productGradients(
            Binding.Node node, double[] x, double[] dy, List<Gradient> gradients) {
        Tensor w = node.reads().get(1);
        Tensor b = node.reads().get(2);
        double[] weights = w.toArray();
        for (int o = 0; o < dy.length; o++) {
            for (int i = 0; i < x.length; i++) {
                int at = o * x.length + i;
                String formula = number(dy[o]) + " * " + factor(x[i]);
                gradients.add(new Gradient(element(w, at), formula, w, at));
            }
        }
        for (int o = 0; o < dy.length; o++) {
            gradients.add(new Gradient(element(b, o), number(dy[o]), b, o));
        }
        for (int i = 0; i < x.length; i++) {
            StringJoiner sum = new StringJoiner(" + ");
            for (int o = 0; o < dy.length; o++) {
                sum.add(factor(dy[o]) + " * " + factor(weights[o * x.length + i]));
            }
            String index = x.length == 1 ? "" : "[" + i + "]";
            gradients.add(
                    new Gradient(
                            name(node) + " input" + index, sum.toString(), node.reads().get(0), i));
        }
    }

    private static double[] softmax(double[] z) {
        double[] p = new double[z.length];
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            p[c] = Math.exp(z[c]);
            sum += p[c];
        }
        for (int c = 0; c < z.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    private static String name(Binding.Node node) {
        return switch (node.kind()) {
            case "convolution" -> "convolution";
            case "linear" -> "dense";
            default -> "relu";
        };
    }

    /** As in {@code 0.weight[2]}. */
    static String element(Tensor tensor, int at) {
        return tensor.shape().size() == 1 ? tensor.name() : tensor.name() + "[" + at + "]";
    }

    /** Up to six decimals, no trailing zeros. */
    static String number(double value) {
        String text = String.format("%.6f", value);
        text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
        return text.equals("-0") ? "0" : text;
    }

    /** A number inside a product: in parentheses if negative. */
    static String factor(double value) {
        String text = number(value);
        return text.startsWith("-") ? "(" + text + ")" : text;
    }
}
