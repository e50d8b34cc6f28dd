package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_layer_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_normalization_flags_none;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.conformance.UpdatedModel;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.junit.jupiter.api.Test;

/** Checks how vectors are cut into pieces and what the primitives on them are given. */
class SweepTest {
    private static final int ROW = 16;

    @Test
    void primitivesGetTheScratchpadThatTheyAskFor() {
        try (Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel model =
                        UpdatedModel.of(cpu, List.of(Shape.of(10, ROW), Shape.of(1000, ROW)))) {
            new Sweep(List.of(model.tensors()), piece -> List.of(normalised(piece.get(0)))).run();
            double[] w = UpdatedModel.elements(model.tensors());
            for (int row = 0; row < w.length / ROW; row++) {
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < ROW; i++) {
                    sum += w[row * ROW + i];
                    squares += w[row * ROW + i] * w[row * ROW + i];
                }
                assertEquals(0, sum, 1e-5, "row " + row);
                assertEquals(ROW, squares, 1e-4, "row " + row);
            }
        }
    }

    /**
     * Rows of 16 elements with mean 0 and variance 1, by a primitive that needs memory for both.
     */
    private static Primitive normalised(OneDnnTensor x) {
        Engine engine = x.engine();
        Layout rows = engine.layouts().plain(dnnl_f32, x.size() / ROW, ROW);
        Layout perRow = engine.layouts().plain(dnnl_f32, x.size() / ROW);
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            Dnnl.check(
                    dnnl_layer_normalization_forward_primitive_desc_create(
                            description,
                            engine.handle(),
                            dnnl_forward_inference,
                            rows.descriptor(),
                            rows.descriptor(),
                            perRow.descriptor(),
                            0,
                            dnnl_normalization_flags_none,
                            attributes.handle()),
                    "layer_normalization");
        }
        Primitive primitive = new Primitive(engine, "normalise", description);
        assertNotNull(primitive.scratchpad());
        return primitive.with(DNNL_ARG_SRC, x).with(DNNL_ARG_DST, x);
    }

    @Test
    void vectorsOfDifferentLayoutsAreRefused() {
        List<Shape> shapes = List.of(Shape.of(3), Shape.of(5, 4, 3, 3));
        List<Shape> others = List.of(Shape.of(3), Shape.of(4, 5, 3, 3));
        try (Backend cpu = Backends.open("cpu", "float32", 1);
                UpdatedModel a = UpdatedModel.of(cpu, shapes);
                UpdatedModel b = UpdatedModel.of(cpu, others)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> new Sweep(List.of(a.tensors(), b.tensors()), piece -> List.of()));
        }
    }

    @Test
    void windowsEndWithTheMemory() {
        try (Backend cpu = Backends.open("cpu", "float32", 1);
                UpdatedModel model = UpdatedModel.of(cpu, List.of(Shape.of(ROW), Shape.of(3)))) {
            OneDnnTensor first = (OneDnnTensor) model.tensors().get(0);
            assertEquals(2 * ROW, first.window(0, 2 * ROW).size());
            assertThrows(IllegalStateException.class, () -> first.window(1, 2 * ROW));
        }
    }

    /** Nobody closes an update, and its primitives take memory that the JVM does not see. */
    @Test
    void primitivesAreReleasedWithTheSweep() throws InterruptedException {
        try (Backend cpu = Backends.open("cpu", "float32", 1);
                UpdatedModel model = UpdatedModel.of(cpu, List.of(Shape.of(3)))) {
            Primitive primitive = ofAForgottenSweep(model);
            for (int i = 0; i < 500 && !primitive.released(); i++) {
                System.gc();
                Thread.sleep(20);
            }
            assertTrue(primitive.released());
        }
    }

    private static Primitive ofAForgottenSweep(UpdatedModel model) {
        List<Primitive> made = new ArrayList<>();
        Sweep sweep =
                new Sweep(
                        List.of(model.tensors()),
                        piece -> {
                            OneDnnTensor x = piece.get(0);
                            made.add(Vectors.scale(x, x.engine().one()));
                            return made;
                        });
        assertFalse(made.get(0).released());
        sweep.run();
        return made.get(0);
    }
}
