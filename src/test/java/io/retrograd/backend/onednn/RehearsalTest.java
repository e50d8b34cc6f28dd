package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The findings of a rehearsal about a primitive that writes too much or too little. */
class RehearsalTest {
    private static final int COUNT = 300;

    private static final Rehearsal.Values NONE =
            new Rehearsal.Values() {
                @Override
                public void fill(Rehearsal rehearsal) {}

                @Override
                public boolean hold(Rehearsal rehearsal) {
                    return true;
                }
            };

    /** The primitive writes zeros to some bytes, counted from where the argument begins. */
    @ParameterizedTest
    @CsvSource({
        "output, 0, 1200, true",
        "output, 0, 1199, false",
        "output, 1, 1199, false",
        "output, -1, 1201, false",
        "output, 0, 1201, false",
        "output, 0, 4000, false",
        "output, 3000, 1, false",
        "workspace, 0, 1200, true",
        "workspace, 600, 1, true",
        "workspace, 1200, 1, false",
        "workspace, 2400, 1, false"
    })
    void findsWhatIsWritten(String kind, int from, int count, boolean sound) {
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        int argument = kind.equals("output") ? DNNL_ARG_DST : DNNL_ARG_SCRATCHPAD;
        List<Pointer> memory = new ArrayList<>();
        try (Rehearsal rehearsal =
                new Rehearsal(
                        Map.of(argument, engine.layouts().plain(dnnl_f32, COUNT)),
                        NONE,
                        (layout, where) -> {
                            memory.add(where);
                            return oneDnn(engine, layout, where);
                        },
                        (list, arguments) -> {
                            long at = memory.get(0).address() + from;
                            Pointer.memset(new OneDnnMemory.AddressPointer(at), 0, count);
                        })) {
            boolean right = rehearsal.right();
            assertEquals(sound, right && rehearsal.keepsWithin());
        }
        engine.close();
    }

    private static dnnl_memory oneDnn(Engine engine, Layout layout, Pointer where) {
        dnnl_memory memory = new dnnl_memory();
        Dnnl.check(dnnl_memory_create(memory, layout.descriptor(), engine.handle(), where), "test");
        return memory;
    }
}
