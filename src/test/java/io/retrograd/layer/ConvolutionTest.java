package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.reference.Bound;
import io.retrograd.bind.BindOptions;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes, first values, equality and refusals of the convolution layers. */
class ConvolutionTest {
    /** Sizes worked out by hand from the formulas in PyTorch's documentation. */
    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of(new Conv2d(64, 7).stride(2).padding(3), "(2, 64, 112, 112)"),
                Arguments.of(new Conv2d(8, 3, 5).stride(2, 1).padding(1, 2), "(2, 8, 112, 224)"),
                Arguments.of(new Conv2d(6, 3).dilation(3).groups(3), "(2, 6, 218, 218)"),
                Arguments.of(new ConvTranspose2d(5, 2).stride(2), "(2, 5, 448, 448)"),
                Arguments.of(
                        new ConvTranspose2d(5, 3).outputPadding(1).stride(2).padding(1),
                        "(2, 5, 448, 448)"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void outputShapeIsPyTorchs(Layer layer, String expected) {
        assertEquals(expected, layer.outputShape(Shape.of(2, 3, 224, 224)).toString());
    }

    @Test
    void firstValuesStayInTheBoundOfTheFanIn() {
        checkBound(new Conv2d(64, 3).groups(2), Shape.of(64, 4, 3, 3), 4 * 9);
        checkBound(new ConvTranspose2d(64, 3).groups(2), Shape.of(8, 32, 3, 3), 32 * 9);
    }

    private static void checkBound(Layer layer, Shape weight, int fanIn) {
        double limit = 1 / Math.sqrt(fanIn);
        try (Bound bound = new Bound(layer, Shape.of(1, 8, 5, 5))) {
            assertEquals(weight, bound.parameters().get("weight").shape());
            for (String name : new String[] {"weight", "bias"}) {
                double max = Arrays.stream(bound.value(name)).map(Math::abs).max().orElse(0);
                assertTrue(max <= limit && max > 0.9 * limit, name + ": " + max + " of " + limit);
            }
        }
    }

    @Test
    void equalSettingsMakeEqualLayers() {
        assertEquals(new Conv2d(8, 3).stride(2), new Conv2d(8, 3, 3).stride(2, 2));
        assertEquals(
                new Conv2d(8, 3).stride(2).hashCode(), new Conv2d(8, 3, 3).stride(2, 2).hashCode());
        assertNotEquals(new Conv2d(8, 3), new ConvTranspose2d(8, 3));
        assertNotEquals(new Conv2d(8, 3), new Conv2d(8, 3).bias(false));
        assertNotEquals(new Conv2d(8, 3), new Conv2d(8, 3).weightInit(Initializer.kaimingNormal()));
    }

    @Test
    void textNamesWhatIsNotDefault() {
        assertEquals("Conv1d(4, kernel=[5])", new Conv1d(4, 5).toString());
        assertEquals(
                "Conv2d(64, kernel=[3, 3], stride=[2, 2], padding=[1, 1], groups=2, bias=false)",
                new Conv2d(64, 3).stride(2).padding(1).groups(2).bias(false).toString());
        assertEquals(
                "ConvTranspose1d(4, kernel=[5], outputPadding=[1], dilation=[2])",
                new ConvTranspose1d(4, 5).dilation(2).outputPadding(1).toString());
    }

    static Stream<Executable> refusals() {
        Conv2d conv = new Conv2d(6, 3);
        ConvTranspose2d transposed = new ConvTranspose2d(6, 3);
        Shape image = Shape.of(1, 4, 5, 5);
        return Stream.of(
                () -> new Conv2d(0, 3),
                () -> new Conv2d(6),
                () -> new Conv2d(6, 0),
                () -> new Conv2d(6, 3, 3, 3),
                () -> conv.stride(0),
                () -> conv.stride(),
                () -> conv.stride(1, 2, 3),
                () -> conv.padding(-1),
                () -> conv.dilation(0),
                () -> conv.groups(0),
                () -> conv.groups(4),
                () -> conv.groups(3).outputShape(image),
                () -> conv.groups(6).outputShape(image),
                () -> conv.outputShape(Shape.of()),
                () -> conv.outputShape(Shape.of(4)),
                () -> conv.outputShape(Shape.of(1, 4, 5)),
                () -> conv.outputShape(Shape.of(1, 4, 2, 5)),
                () -> conv.dilation(Integer.MAX_VALUE).outputShape(image),
                () -> conv.padding(Integer.MAX_VALUE).outputShape(image),
                () -> new Conv2d(Integer.MAX_VALUE, Integer.MAX_VALUE).outputShape(image),
                () -> transposed.outputPadding(1).outputShape(image),
                () -> transposed.padding(5).outputShape(image),
                () -> transposed.stride(Integer.MAX_VALUE).outputShape(image),
                () -> transposed.outputShape(Shape.of(1, 4, 5)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void senselessSettingsAndInputsAreRefused(Executable call) {
        assertThrows(IllegalArgumentException.class, call);
    }

    @Test
    void bindRefusesWhatOutputShapeRefuses() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Bound(new Conv2d(6, 3), Shape.of(1, 4, 5), BindOptions.infer(), 1));
    }
}
