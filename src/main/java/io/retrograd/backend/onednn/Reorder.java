package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;

/** Changes of layout or element kind: {@code y = x}. */
final class Reorder {
    static final String NAME = "reorder";

    private Reorder() {}

    /** Copies x to y, each in its own layout. */
    static Primitive of(OneDnnTensor x, OneDnnTensor y) {
        return of(x, x.layout(), y, y.layout());
    }

    /** Copies x to y, taking them to be in these layouts. */
    static Primitive of(OneDnnTensor x, Layout from, OneDnnTensor y, Layout to) {
        Engine engine = x.engine();
        return Primitive.of(
                        engine,
                        NAME,
                        (description, attributes) ->
                                dnnl_reorder_primitive_desc_create(
                                        description,
                                        from.descriptor(),
                                        engine.handle(),
                                        to.descriptor(),
                                        engine.handle(),
                                        attributes))
                .with(DNNL_ARG_FROM, x)
                .with(DNNL_ARG_TO, y);
    }

    static void run(OneDnnTensor x, OneDnnTensor y) {
        Primitive primitive = of(x, y);
        Layout scratchpad = primitive.scratchpad();
        OneDnnMemory.Block block =
                new OneDnnMemory.Block(scratchpad == null ? 0 : scratchpad.bytes());
        try {
            if (scratchpad != null) {
                OneDnnTensor scratch = OneDnnTensor.of(x.engine(), NAME, scratchpad);
                scratch.place(block, 0);
                primitive.with(DNNL_ARG_SCRATCHPAD, scratch);
            }
            primitive.run();
        } finally {
            primitive.release();
            block.close();
        }
    }
}
