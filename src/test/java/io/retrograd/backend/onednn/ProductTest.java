package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of stacks of matrices, and the layouts that sizes of 1 leave open. */
class ProductTest {
    private static final int STACK = 16;
    private static final int TERMS = 18;

    private final Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
    private final List<OneDnnMemory.Block> blocks = new ArrayList<>();

    static Stream<Arguments> products() {
        return Stream.of(1, 3, 16)
                .flatMap(
                        rows ->
                                Stream.of(1, 3, 16)
                                        .flatMap(
                                                columns ->
                                                        Stream.of(true, false)
                                                                .map(
                                                                        added ->
                                                                                Arguments.of(
                                                                                        rows,
                                                                                        columns,
                                                                                        added))));
    }

    /**
     * oneDNN 3.11 writes nothing where one row is said to lie as the column of a transpose, nor
     * later in the usual layout, which it takes for the same: that has to be refused.
     */
    @ParameterizedTest
    @MethodSource("products")
    void isRightOrRefused(int rows, int columns, boolean added) {
        Layout usual = engine.layouts().plain(dnnl_f32, STACK, rows, columns);
        OneDnnTensor a = tensor(WinogradStep.transposed(engine, TERMS, rows), 1);
        OneDnnTensor b = tensor(engine.layouts().plain(dnnl_f32, STACK, TERMS, columns), 2);
        for (Layout layout : List.of(strided(rows, columns, rows == 1 ? 1 : columns), usual)) {
            OneDnnTensor z = tensor(usual, added ? 3 : Float.NaN);
            Product product = new Product(a, a.layout(), b, b.layout());
            Pass pass = new Pass(engine);
            try {
                pass.add((added ? product.accumulate() : product).plainInto(z, layout));
            } catch (IllegalStateException refused) {
                assertEquals(1, rows, refused.getMessage());
                continue;
            }
            pass.scratch().forEach(this::place);
            pass.run();
            double[] expected = new double[STACK * rows * columns];
            Arrays.fill(expected, 2 * TERMS + (added ? 3 : 0));
            assertArrayEquals(expected, z.toArray());
            pass.release();
        }
        blocks.forEach(OneDnnMemory.Block::close);
        engine.close();
    }

    /** What a process computed before must not decide which code oneDNN takes. */
    @Test
    void layoutsWithOtherStridesAreNotEqual() {
        Layout odd = strided(1, STACK, 1);
        Layout usual = engine.layouts().plain(dnnl_f32, STACK, 1, STACK);
        assertNotEquals(odd.key(), usual.key());
        assertArrayEquals(new long[] {STACK, STACK, 1}, usual.strides());
        assertEquals(usual, engine.layouts().plain(dnnl_f32, STACK, 1, STACK));
        engine.close();
    }

    private Layout strided(int rows, int columns, int rowStride) {
        return engine.layouts()
                .strided(
                        dnnl_f32,
                        new long[] {STACK, rows, columns},
                        new long[] {(long) rows * columns, rowStride, 1});
    }

    private OneDnnTensor tensor(Layout layout, float value) {
        OneDnnTensor tensor = OneDnnTensor.of(engine, "matrices", layout);
        place(tensor);
        FloatBuffer values = tensor.floats();
        for (int i = 0; i < values.capacity(); i++) {
            values.put(i, value);
        }
        return tensor;
    }

    private void place(OneDnnTensor tensor) {
        OneDnnMemory.Block block = new OneDnnMemory.Block(tensor.bytes());
        blocks.add(block);
        tensor.place(block, 0);
    }
}
