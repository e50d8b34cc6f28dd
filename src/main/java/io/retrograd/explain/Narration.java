package io.retrograd.explain;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Operation;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * Formulas of operations with their numbers filled in, for operations of a few elements: a
 * convolution with one output position, dense layers, activations, and losses of one sample.
 */
final class Narration {
    private Narration() {}

    /**
     * One element of a gradient.
     *
     * @param of the differentiated variable, as in {@code 0.weight[2]}
     * @param formula where it came from, with numbers
     */
    record Gradient(String of, String formula, Tensor tensor, int at) {}

    /** The lines that explain an operation's outputs; none where there is nothing new. */
    static List<String> forward(Operation operation) {
        double y = operation.y().toArray()[0];
        if (operation instanceof Products product) {
            return products(product);
        }
        if (operation instanceof Elementwise.Activation f) {
            return List.of(f.name() + " = " + value(f, first(f.x())) + " = " + number(y));
        }
        if (operation instanceof Losses.CrossEntropy loss) {
            return crossEntropy(loss, y);
        }
        if (operation instanceof Losses.PointwiseLoss loss) {
            return List.of(loss.name() + " = " + value(loss) + " = " + number(y));
        }
        return List.of();
    }

    /** f(x). */
    private static String value(Elementwise.Activation f, double x) {
        return relu(f) ? "max(0, " + number(x) + ")" : f.name() + "(" + number(x) + ")";
    }

    /** f'(x). */
    private static String slope(Elementwise.Activation f, double x) {
        return relu(f) ? x > 0 ? "1" : "0" : f.name() + "'(" + number(x) + ")";
    }

    private static boolean relu(Elementwise.Activation f) {
        return f.spec().kind() == ActivationSpec.Kind.RELU;
    }

    /** l(x, t). */
    private static String value(Losses.PointwiseLoss loss) {
        String x = number(first(loss.x()));
        String t = number(first(loss.target()));
        return squared(loss)
                ? String.format("(%s - %s)^2", x, t)
                : String.format("%s(%s, %s)", loss.name(), x, t);
    }

    /** dl/dx(x, t). */
    private static String slope(Losses.PointwiseLoss loss) {
        String x = number(first(loss.x()));
        String t = number(first(loss.target()));
        return squared(loss)
                ? String.format("2 * (%s - %s)", x, t)
                : String.format("%s'(%s, %s)", loss.name(), x, t);
    }

    private static boolean squared(Losses.PointwiseLoss loss) {
        return loss.spec().kind() == PointwiseLossSpec.Kind.MSE;
    }

    private static double first(Tensor tensor) {
        return tensor.toArray()[0];
    }

    /** y[o] = sum of w[o,i] * x[i] + b[o]. */
    private static List<String> products(Products product) {
        double[] x = product.x().toArray();
        double[] y = product.y().toArray();
        double[] w = product.w().toArray();
        Tensor b = product.b();
        List<String> lines = new ArrayList<>();
        for (int o = 0; o < y.length; o++) {
            StringJoiner sum = new StringJoiner(" + ");
            for (int i = 0; i < x.length; i++) {
                sum.add(factor(w[o * x.length + i]) + " * " + number(x[i]));
            }
            if (b != null) {
                sum.add(factor(b.toArray()[o]));
            }
            String index = y.length == 1 ? "" : "[" + o + "]";
            lines.add(product.name() + index + " = " + sum + " = " + number(y[o]));
        }
        return lines;
    }

    private static List<String> crossEntropy(Losses.CrossEntropy operation, double loss) {
        int label = (int) first(operation.target());
        double[] z = operation.x().toArray();
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
                        "%s = -log p[%d] = -log %s = %s",
                        operation.name(), label, number(p[label]), number(loss)));
        return lines;
    }

    /** The gradients that an operation's backward computes, its outputs' being known. */
    static List<Gradient> backward(Operation operation) {
        double dy = first(operation.y().requireGrad());
        if (operation instanceof Products product) {
            return productGradients(product);
        }
        if (operation instanceof Elementwise.Activation f) {
            String formula = number(dy) + " * " + slope(f, first(f.x()));
            return List.of(new Gradient(f.name() + " input", formula, f.x(), 0));
        }
        if (operation instanceof Losses.CrossEntropy loss) {
            return logitGradients(loss);
        }
        if (operation instanceof Losses.PointwiseLoss loss) {
            String formula = number(dy) + " * " + slope(loss);
            return List.of(new Gradient("output", formula, loss.x(), 0));
        }
        return List.of();
    }

    private static List<Gradient> logitGradients(Losses.CrossEntropy loss) {
        int label = (int) first(loss.target());
        double[] p = softmax(loss.x().toArray());
        List<Gradient> gradients = new ArrayList<>();
        for (int c = 0; c < p.length; c++) {
            String hit = c == label ? "1" : "0";
            String formula = "p[" + c + "] - " + hit + " = " + number(p[c]) + " - " + hit;
            gradients.add(new Gradient("logit[" + c + "]", formula, loss.x(), c));
        }
        return gradients;
    }

    /** dw[o,i] = dy[o] * x[i], db[o] = dy[o], dx[i] = sum over o of dy[o] * w[o,i]. */
    private static List<Gradient> productGradients(Products product) {
        double[] x = product.x().toArray();
        double[] dy = product.y().requireGrad().toArray();
        Tensor w = product.w();
        Tensor b = product.b();
        double[] weights = w.toArray();
        List<Gradient> gradients = new ArrayList<>();
        for (int o = 0; o < dy.length; o++) {
            for (int i = 0; i < x.length; i++) {
                int at = o * x.length + i;
                String formula = number(dy[o]) + " * " + factor(x[i]);
                gradients.add(new Gradient(element(w, at), formula, w, at));
            }
        }
        for (int o = 0; b != null && o < dy.length; o++) {
            gradients.add(new Gradient(element(b, o), number(dy[o]), b, o));
        }
        for (int i = 0; i < x.length; i++) {
            StringJoiner sum = new StringJoiner(" + ");
            for (int o = 0; o < dy.length; o++) {
                sum.add(factor(dy[o]) + " * " + factor(weights[o * x.length + i]));
            }
            String index = x.length == 1 ? "" : "[" + i + "]";
            String of = product.name() + " input" + index;
            gradients.add(new Gradient(of, sum.toString(), product.x(), i));
        }
        return gradients;
    }

    private static double[] softmax(double[] z) {
        double[] p = new double[z.length];
        double largest = Arrays.stream(z).max().orElse(0);
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            p[c] = Math.exp(z[c] - largest);
            sum += p[c];
        }
        for (int c = 0; c < z.length; c++) {
            p[c] /= sum;
        }
        return p;
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
