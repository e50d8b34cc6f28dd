package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes, equality and refusals of the pooling layers. */
class PoolingTest {
    /** Sizes worked out by hand from the formulas in PyTorch's documentation. */
    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of(new MaxPool2d(3).stride(2).padding(1), "(2, 3, 4, 3)"),
                Arguments.of(new MaxPool2d(2), "(2, 3, 3, 2)"),
                Arguments.of(new MaxPool2d(2).ceilMode(true), "(2, 3, 4, 3)"),
                Arguments.of(new AvgPool2d(2).stride(3).padding(1).ceilMode(true), "(2, 3, 3, 2)"),
                Arguments.of(new MaxPool2d(3, 2).stride(1).dilation(2), "(2, 3, 3, 3)"),
                Arguments.of(new AdaptiveAvgPool2d(9, 1), "(2, 3, 9, 1)"),
                Arguments.of(new GlobalAvgPool2d(), "(2, 3)"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void outputShapeIsPyTorchs(Layer layer, String expected) {
        assertEquals(expected, layer.outputShape(Shape.of(2, 3, 7, 5)).toString());
    }

    @Test
    void equalSettingsMakeEqualLayers() {
        assertEquals(new MaxPool2d(2), new MaxPool2d(2, 2).stride(2));
        assertEquals(new MaxPool2d(2).hashCode(), new MaxPool2d(2, 2).stride(2).hashCode());
        assertNotEquals(new MaxPool2d(2), new AvgPool2d(2));
        assertNotEquals(new AvgPool2d(2), new AvgPool2d(2).countIncludePad(false));
        assertEquals(new AdaptiveAvgPool2d(3), new AdaptiveAvgPool2d(List.of(3, 3)));
    }

    @Test
    void textNamesWhatIsNotDefault() {
        assertEquals("MaxPool2d(kernel=[2, 2])", new MaxPool2d(2).toString());
        assertEquals(
                "AvgPool1d(kernel=[3], stride=[1], ceilMode=true, countIncludePad=false)",
                new AvgPool1d(3).stride(1).ceilMode(true).countIncludePad(false).toString());
    }

    static Stream<Executable> refusals() {
        MaxPool2d max = new MaxPool2d(3);
        return Stream.of(
                () -> new MaxPool2d(),
                () -> new MaxPool2d(0),
                () -> new AvgPool3d(1, 2),
                () -> max.stride(0),
                () -> max.padding(2),
                () -> max.padding(-1),
                () -> max.dilation(0),
                () -> max.outputShape(Shape.of()),
                () -> max.outputShape(Shape.of(1, 2, 3)),
                () -> max.outputShape(Shape.of(1, 2, 3, 2)),
                () -> new AdaptiveAvgPool2d(0),
                () -> new AdaptiveAvgPool2d(1, 2, 3),
                () -> new AdaptiveAvgPool2d(1).outputShape(Shape.of(1, 2, 3)),
                () -> new AdaptiveAvgPool2d(Integer.MAX_VALUE).outputShape(Shape.of(8, 8, 1, 1)),
                () -> new GlobalAvgPool2d().outputShape(Shape.of(5)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void senselessSettingsAndInputsAreRefused(Executable call) {
        assertThrows(IllegalArgumentException.class, call);
    }
}
