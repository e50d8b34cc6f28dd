package io.retrograd.metric;

import io.retrograd.tensor.Shape;

/**
 * The mean of squared or absolute differences of all elements; targets have the shape of outputs.
 * Undefined without samples.
 */
record MeanError(boolean squared) implements Metric {
    @Override
    public String name() {
        return squared ? "mse" : "mae";
    }

    @Override
    public Accumulator start(Shape output) {
        int elements = Math.toIntExact(output.size());
        return new Accumulator() {
            private double sum;
            private long all;

            @Override
            public void add(double[] outputs, double[] targets, int samples) {
                for (int i = 0; i < samples * elements; i++) {
                    double d = outputs[i] - targets[i];
                    sum += squared ? d * d : Math.abs(d);
                    all++;
                }
            }

            @Override
            public double value() {
                return sum / all;
            }
        };
    }
}
