package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.tensor.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pass of {@code y[o] = Σ x[o + j] w[j]}, computed here: right, or with one term left out. */
class ProductValuesTest {
    private static final int LENGTH = 40;
    private static final int KERNEL = 3;
    private static final int PLACES = LENGTH - KERNEL + 1;

    private static final Windows WINDOWS =
            new Windows(
                    Shape.of(1, 1, LENGTH),
                    Shape.of(1, 1, PLACES),
                    List.of(KERNEL),
                    List.of(1),
                    List.of(0),
                    List.of(1));

    @ParameterizedTest
    @CsvSource({
        "FORWARD, false, false",
        "FORWARD, true, false",
        "BACKWARD_DATA, false, false",
        "BACKWARD_DATA, true, false",
        "BACKWARD_WEIGHTS, false, false",
        "FORWARD, false, true",
        "FORWARD, true, true",
        "BACKWARD_DATA, false, true",
        "BACKWARD_DATA, true, true",
        "BACKWARD_WEIGHTS, false, true"
    })
    void findsATermThatIsMissing(ProductValues.Pass pass, boolean transposed, boolean missing) {
        boolean gathers = (pass == ProductValues.Pass.FORWARD) != transposed;
        int x = pass == ProductValues.Pass.BACKWARD_DATA ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
        int y = pass == ProductValues.Pass.FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST;
        int w =
                pass == ProductValues.Pass.BACKWARD_WEIGHTS
                        ? DNNL_ARG_DIFF_WEIGHTS
                        : DNNL_ARG_WEIGHTS;
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        Map<Integer, Layout> layouts = new LinkedHashMap<>();
        layouts.put(transposed ? y : x, engine.layouts().plain(dnnl_f32, 1, 1, LENGTH));
        layouts.put(w, engine.layouts().plain(dnnl_f32, 1, 1, KERNEL));
        layouts.put(transposed ? x : y, engine.layouts().plain(dnnl_f32, 1, 1, PLACES));
        Map<Long, FloatPointer> memory = new HashMap<>();
        try (Rehearsal rehearsal =
                new Rehearsal(
                        layouts,
                        new ProductValues(WINDOWS, 1, transposed, pass, /* relu= */ false),
                        (layout, where) -> {
                            memory.put(layout.elements(), new FloatPointer(where));
                            return oneDnn(engine, layout, where);
                        },
                        (list, count) ->
                                compute(
                                        memory.get((long) LENGTH),
                                        memory.get((long) KERNEL),
                                        memory.get((long) PLACES),
                                        pass == ProductValues.Pass.BACKWARD_WEIGHTS
                                                ? 2
                                                : gathers ? 0 : 1,
                                        missing))) {
            assertEquals(!missing, rehearsal.right());
        }
        engine.close();
    }

    /** Computes one of places (0), image (1) and w (2) from the others. */
    private static void compute(
            FloatPointer image, FloatPointer w, FloatPointer places, int what, boolean missing) {
        FloatPointer to = List.of(places, image, w).get(what);
        int size = List.of(PLACES, LENGTH, KERNEL).get(what);
        float[] sums = new float[size];
        for (int o = 0; o < PLACES; o++) {
            for (int j = 0; j < KERNEL; j++) {
                int at = List.of(o, o + j, j).get(what);
                float product =
                        List.of(
                                        image.get(o + j) * w.get(j),
                                        places.get(o) * w.get(j),
                                        places.get(o) * image.get(o + j))
                                .get(what);
                sums[at] += missing && o > PLACES / 2 && j == 1 ? 0 : product;
            }
        }
        to.put(sums, 0, size);
    }

    private static dnnl_memory oneDnn(Engine engine, Layout layout, Pointer where) {
        dnnl_memory memory = new dnnl_memory();
        Dnnl.check(dnnl_memory_create(memory, layout.descriptor(), engine.handle(), where), "test");
        return memory;
    }
}
