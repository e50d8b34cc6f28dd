package io.retrograd.backend.onednn;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Cases in which an implementation of oneDNN 3.11 crashes or computes wrong numbers. */
class OneDnnSoundnessTest {
    /** jit_1x1's backward by weights, on channels-last sources. */
    @Test
    void stridedPointwiseConvolutionOfFewChannels() {
        for (int channels : new int[] {1, 2, 3}) {
            everyWay(new Conv2d(4, 1).stride(2).bias(false), Shape.of(4, channels, 8, 8));
            everyWay(
                    new Sequential(new Conv2d(channels, 1), new Conv2d(7, 1).stride(2)),
                    Shape.of(3, 2, 8, 10));
        }
    }

    /** brgconv's forward, where some windows are all padding. */
    @Test
    void windowsThatAreAllPadding() {
        everyWay(
                new Conv2d(6, 2).stride(1, 2).padding(1, 3).dilation(1, 2).groups(3),
                Shape.of(2, 9, 2, 1));
        everyWay(new Conv2d(8, 1).padding(3), Shape.of(2, 8, 4, 5));
    }

    private static void everyWay(Layer layer, Shape shape) {
        for (Planner.Style style : Planner.Style.values()) {
            for (int way = 0; way < WeightedOp.Way.values().length; way++) {
                OneDnnHarness.of(layer, shape)
                        .plan(style, way, /* weight= */ 0)
                        .integers()
                        .exact()
                        .check();
            }
        }
    }
}
