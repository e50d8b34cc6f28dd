package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.BindOptions;
import io.retrograd.backend.Op;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout drops what the reference drops, element by element. */
class OneDnnDropoutTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
    void dropsWhatTheReferenceDrops(double p) {
        for (Shape shape :
                List.of(
                        Shape.of(1),
                        Shape.of(3, 1),
                        Shape.of(13, 7),
                        Shape.of(207, 13),
                        Shape.of(2, 3, 5, 7))) {
            checkAll(OneDnnHarness.of(new Dropout(p), shape).reduction(1));
            checkAll(OneDnnHarness.of(new Sequential(new Dropout(p), new Dropout(p)), shape));
        }
    }

    /** Elements are numbered row-major, in whatever order they lie. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 13, 32})
    void dropsTheSameBehindAConvolution(int channels) {
        Layer dropout = new Dropout(0.4);
        Layer tanh = new Tanh();
        for (Planner.Style style : Planner.Style.values()) {
            checkAll(
                    OneDnnHarness.of(
                                    new Sequential(new Conv1d(channels, 2), dropout, tanh),
                                    Shape.of(3, 2, 7))
                            .plan(style, 0, 0));
            checkAll(
                    OneDnnHarness.of(
                                    new Sequential(
                                            new Conv2d(channels, 3), dropout, new Conv2d(3, 2)),
                                    Shape.of(3, 2, 5, 7))
                            .plan(style, 0, 0));
            checkAll(
                    OneDnnHarness.of(
                                    new Sequential(new Conv3d(channels, 2), tanh, dropout),
                                    Shape.of(1, 2, 3, 4, 3))
                            .plan(style, 0, 0));
        }
    }

    private static void checkAll(OneDnnHarness harness) {
        harness.check();
        harness.keepAll().check();
        harness.withoutInputGradient().check();
        harness.inference().check();
        harness.withoutGradients().check();
    }

    private static Side bind(Backend backend, Layer layer, Shape shape) {
        return new Side(
                backend, layer, shape, /* loss= */ null, BindOptions.inspect(/* training= */ true));
    }

    @Test
    void everyStepDropsOthersAndAlwaysThoseOfTheReference() {
        Shape shape = Shape.of(31, 3);
        double[] ones = new double[93];
        Arrays.fill(ones, 1);
        try (Backend own = Backends.open("cpu", "float32", 2);
                Backend reference = Backends.open("reference", "float64", 1);
                Side actual = bind(own, new Dropout(0.5), shape);
                Side expected = bind(reference, new Dropout(0.5), shape)) {
            double[] before = {};
            for (int step = 1; step < 4; step++) {
                for (Side side : List.of(actual, expected)) {
                    side.parameters().setControl(0.1, step);
                    side.set(ones, new double[0]);
                    side.binding().forward();
                    side.y().requireGrad().copyFrom(ones);
                    side.binding().backward();
                }
                double[] y = actual.y().toArray();
                assertArrayEquals(expected.y().toArray(), y);
                assertArrayEquals(y, actual.results().get("input.grad"));
                assertTrue(!Arrays.equals(before, y));
                before = y;
            }
        }
    }

    @Test
    void aDroppedInfinityIsZeroAndAKeptOneStays() {
        double[] x = new double[64];
        Arrays.setAll(x, i -> i % 3 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
        OneDnnHarness.of(new Dropout(0.5), Shape.of(8, 8)).input(x).exact().check();
    }

    /** One byte an element, and none without gradients or where nothing is dropped. */
    @Test
    void savesOneMask() {
        try (Backend own = Backends.open("cpu", "float32", 2);
                Side drops = bind(own, new Dropout(0.5), Shape.of(2, 3, 5, 7));
                Side keeps = bind(own, new Dropout(0), Shape.of(2, 3, 5, 7));
                Side infers =
                        new Side(
                                own,
                                new Dropout(0.5),
                                Shape.of(2, 3),
                                /* loss= */ null,
                                new BindOptions(true, false, false, false, false, 1 << 20))) {
            Op op = drops.binding().nodes().get(0).op();
            List<Tensor> saved = op.saved();
            assertEquals(1, saved.size());
            assertEquals(210, ((OneDnnTensor) saved.get(0)).bytes());
            assertEquals(List.of(), op.scratch(/* backward= */ false));
            assertEquals(List.of(), keeps.binding().nodes().get(0).op().saved());
            assertEquals(List.of(), infers.binding().nodes().get(0).op().saved());
        }
    }
}
