package io.retrograd.onnx;

import io.retrograd.layer.Custom;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.KinkLedger;
import io.retrograd.tensor.Shape;

/**
 * A function of each element that ONNX has an operator for, and the library no layer.
 *
 * <pre>
 *   y = f(x)        dx = f'(x)·dy
 * </pre>
 *
 * @param exponent of {@link Kind#POW}; 0 for others
 */
record Curve(Kind kind, double exponent) implements CustomFunction {
    /** Which function. */
    enum Kind {
        POW("Pow"),
        EXP("Exp"),
        LOG("Log"),
        ABS("Abs"),
        SIN("Sin"),
        COS("Cos");

        private final String operator;

        Kind(String operator) {
            this.operator = operator;
        }
    }

    /** As a layer. */
    static Custom layer(Kind kind) {
        return new Custom(new Curve(kind, /* exponent= */ 0));
    }

    /** x to a power. */
    static Custom power(double exponent) {
        return new Custom(new Curve(Kind.POW, exponent));
    }

    /** Adds the operator. */
    String write(GraphBuilder graph, String x) {
        if (kind != Kind.POW) {
            return graph.node(kind.operator, x);
        }
        return exponent == 0.5
                ? graph.node("Sqrt", x)
                : graph.node(kind.operator, x, graph.number(exponent));
    }

    @Override
    public String name() {
        return kind == Kind.POW ? "Pow(" + exponent + ")" : kind.operator;
    }

    @Override
    public Shape outputShape(Shape x) {
        return x;
    }

    @Override
    public void forward(double[] x, double[][] parameters, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = value(x[i]);
        }
    }

    @Override
    public void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters) {
        for (int i = 0; i < x.length; i++) {
            dx[i] = derivative(x[i]) * dy[i];
        }
    }

    private double value(double x) {
        return switch (kind) {
            case POW -> Math.pow(x, exponent);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case ABS -> Math.abs(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
        };
    }

    private double derivative(double x) {
        return switch (kind) {
            case POW -> exponent * Math.pow(x, exponent - 1);
            case EXP -> Math.exp(x);
            case LOG -> 1 / x;
            case ABS -> Math.signum(x);
            case SIN -> Math.cos(x);
            case COS -> -Math.sin(x);
        };
    }

    @Override
    public void kinks(double[] x, KinkLedger ledger) {
        if (kind == Kind.ABS) {
            for (double value : x) {
                ledger.add(value > 0 ? 1 : 0);
            }
        }
    }
}
