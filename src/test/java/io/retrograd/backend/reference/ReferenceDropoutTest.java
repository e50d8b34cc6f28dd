package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Dropout against its documented random numbers, and its statistics. */
class ReferenceDropoutTest {
    private static final int SIZE = 207 * 13;
    private static final Shape SHAPE = Shape.of(207, 13);
    private static final double P = 0.3;

    @Test
    void dropsWhatTheDocumentedNumbersSay() {
        long stream = 40;
        long step = 2;
        try (ReferenceBackend backend = new ReferenceBackend(1);
                Parameters parameters = new Parameters(backend, /* seed= */ 123);
                Bound bound = new Bound(new Dropout(P), SHAPE)) {
            ReferenceTensor control = ReferenceOp.own(parameters.control());
            control.place(new ReferenceMemory.Block(4), 0);
            parameters.setControl(0.1, step);
            ReferenceTensor x = ReferenceOp.own(bound.x());
            ReferenceTensor y = ReferenceOp.own(bound.y());
            bound.x().copyFrom(ones());
            new ReferenceDropout(new Elementwise.Dropout(P, stream, x, y), parameters).forward();
            for (int i = 0; i < SIZE; i++) {
                boolean keep = Philox.uniform(123, stream + step, i) >= P;
                assertEquals(keep ? 1 / (1 - P) : 0, y.get(i));
            }
        }
    }

    /** Kept elements are binomial; four standard errors. */
    @Test
    void keepsTheShareItShould() {
        try (Bound bound = new Bound(new Dropout(P), SHAPE)) {
            double kept = Arrays.stream(bound.forward(ones())).filter(v -> v != 0).count();
            assertEquals(1 - P, kept / SIZE, 4 * Math.sqrt(P * (1 - P) / SIZE));
        }
    }

    @Test
    void aStepAlwaysDropsTheSameAndAnotherStepOthers() {
        try (Bound bound = new Bound(new Dropout(P), SHAPE);
                Bound twin = new Bound(new Dropout(P), SHAPE)) {
            double[] first = bound.forward(ones());
            assertArrayEquals(first, bound.forward(ones()));
            bound.parameters().setControl(0.1, 1);
            double[] second = bound.forward(ones());
            assertFalse(Arrays.equals(first, second));
            assertArrayEquals(first, twin.forward(ones()));
            twin.parameters().setControl(0.2, 1);
            assertArrayEquals(second, twin.forward(ones()));
        }
    }

    @Test
    void twoDropoutsInAModelDropDifferently() {
        Sequential two = new Sequential(new Dropout(P), new Dropout(P));
        try (Bound bound = new Bound(two, SHAPE)) {
            double kept = Arrays.stream(bound.forward(ones())).filter(v -> v != 0).count();
            double both = (1 - P) * (1 - P);
            assertEquals(both, kept / SIZE, 4 * Math.sqrt(both * (1 - both) / SIZE));
        }
    }

    @Test
    void backwardDropsWhatForwardDropped() {
        try (Bound bound = new Bound(new Dropout(P), SHAPE)) {
            for (int step = 1; step < 4; step++) {
                bound.parameters().setControl(0.1, step);
                double[] y = bound.forward(ones());
                assertArrayEquals(y, bound.backward(ones()));
            }
        }
    }

    @Test
    void aDroppedInfinityIsZero() {
        try (Bound bound = new Bound(new Dropout(P), SHAPE)) {
            double[] mask = bound.forward(ones());
            double[] x = new double[SIZE];
            Arrays.fill(x, Double.POSITIVE_INFINITY);
            double[] y = bound.forward(x);
            for (int i = 0; i < SIZE; i++) {
                assertEquals(mask[i] == 0 ? 0 : Double.POSITIVE_INFINITY, y[i]);
            }
        }
    }

    @Test
    void inferenceIsTheIdentity() {
        BindOptions options = BindOptions.inspect(/* training= */ false);
        try (Bound bound = new Bound(new Dropout(P), SHAPE, options, /* threads= */ 1)) {
            assertSame(bound.x(), bound.y());
        }
    }

    @Test
    void pZeroKeepsAll() {
        try (Bound bound = new Bound(new Dropout(0), SHAPE)) {
            assertArrayEquals(ones(), bound.forward(ones()));
        }
    }

    private static double[] ones() {
        double[] ones = new double[SIZE];
        Arrays.fill(ones, 1);
        return ones;
    }
}
