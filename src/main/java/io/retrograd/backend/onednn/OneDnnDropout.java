package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create_v2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_select;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_s8;

import io.retrograd.operation.Elementwise;
import io.retrograd.operation.RandomState;
import io.retrograd.tensor.Philox;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * Dropout: {@link Elementwise.Dropout}. Forward draws a mask, a byte an element in the order of x's
 * memory, and backward takes the same.
 */
final class OneDnnDropout extends OneDnnOp {
    /** Where the step count stands in {@link RandomState#control}. */
    private static final int STEP = 1;

    private static final int WORDS = 4;
    private static final int CHUNK = 1024 * WORDS;

    private final double p;
    private final long seed;
    private final long stream;
    private final OneDnnTensor control;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    /** The smallest bits of an element that is kept: p in units of 2⁻³², rounded up. */
    private final long threshold;

    private final OneDnnTensor zero;
    private final int[] words = new int[WORDS];
    private final byte[] chunk = new byte[CHUNK];

    OneDnnDropout(Elementwise.Dropout o, RandomState random) {
        super(o, "dropout " + o.p() + o.x().shape());
        p = o.p();
        seed = random.seed();
        stream = o.stream();
        control = own(random.control());
        x = own(o.x());
        y = own(o.y());
        threshold = (long) Math.ceil(p * 0x1p32);
        zero = new Scalars(engine(), 1).get(0);
    }

    @Override
    void prepare(Planner planner) {
        y.layout(x.layout());
        OneDnnTensor dx = x.gradient();
        if (p == 0) {
            planner.alias(y, x);
            if (dx != null) {
                planner.alias(dx, y.requireGradient());
            }
            return;
        }
        Layout stored = maskLayout();
        OneDnnTensor mask =
                dx == null
                        ? forwardPass().temporary(y.name() + ".mask", stored)
                        : save(y.name() + ".mask", stored);
        Layout drawn = engine().layouts().plain(dnnl_s8, x.dims());
        OneDnnTensor rows = forwardPass().out(mask, drawn);
        forwardPass().add("dropout mask", () -> draw(rows.buffer()));
        forwardPass().store(rows, mask);
        forwardPass().add(apply(x, mask, y));
        forwardPass().reads(x);
        planner.overwrite(y, x);
        if (dx != null) {
            backwardPass().add(apply(y.requireGradient(), mask, dx));
            planner.overwrite(dx, y.requireGradient());
        }
    }

    private void draw(ByteBuffer mask) {
        long streamOfStep = stream + (long) control.buffer().getDouble(STEP * Double.BYTES);
        int size = x.size();
        for (int from = 0; from < size; from += chunk.length) {
            int count = Math.min(chunk.length, size - from);
            for (int i = 0; i < count; i += WORDS) {
                Philox.block(seed, streamOfStep, (from + i) / WORDS, words);
                for (int j = 0; j < WORDS; j++) {
                    boolean keep = Integer.toUnsignedLong(words[j]) >= threshold;
                    chunk[i + j] = (byte) (keep ? 1 : 0);
                }
            }
            mask.put(from, chunk, 0, count);
        }
    }

    /** A byte an element in the order of x, which only a primitive that takes both knows. */
    private Layout maskLayout() {
        dnnl_memory_desc data = x.layout().descriptor();
        dnnl_memory_desc mask = engine().layouts().any(dnnl_s8, x.dims());
        long[] one = x.dims();
        Arrays.fill(one, 1);
        Primitive primitive = select(data, engine().layouts().plain(x.type(), one), mask);
        Layout layout = primitive.layout(DNNL_ARG_SRC_2);
        primitive.release();
        return layout;
    }

    /** Selects in the order of the memory, whatever that stands for. */
    private Primitive apply(OneDnnTensor from, OneDnnTensor mask, OneDnnTensor to) {
        long count = from.layout().bytes() / from.layout().elementBytes();
        if (count != mask.bytes()) {
            throw new IllegalStateException(
                    mask.layout() + ": expected the order of " + from.layout());
        }
        Layout data = engine().layouts().plain(from.type(), count);
        Layout bytes = engine().layouts().plain(dnnl_s8, count);
        return select(data.descriptor(), zero.layout(), bytes.descriptor())
                .with(DNNL_ARG_SRC_0, from)
                .with(DNNL_ARG_SRC_1, zero)
                .with(DNNL_ARG_SRC_2, mask)
                .with(DNNL_ARG_DST, to);
    }

    private Primitive select(dnnl_memory_desc data, Layout otherwise, dnnl_memory_desc mask) {
        return Primitive.of(
                engine(),
                "dropout",
                attributes -> attributes.eltwise(dnnl_eltwise_linear, 1 / (1 - p), 0),
                (description, attributes) ->
                        dnnl_binary_primitive_desc_create_v2(
                                description,
                                engine().handle(),
                                dnnl_binary_select,
                                data,
                                otherwise.descriptor(),
                                mask,
                                data,
                                attributes));
    }
}
