package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_s32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_u8;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.function.IntToDoubleFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** A tensor in native memory, in the layout that its operations agreed on; at first row-major. */
final class OneDnnTensor extends Tensor {
    private final Engine engine;
    private @Nullable Layout layout;
    private @Nullable Layout rowMajor;

    /** The tensor in whose layout this one lies, if there is one. */
    private @Nullable OneDnnTensor model;

    /** Whether an operation relies on the layout, in which others lie too. */
    private boolean settled;

    private OneDnnMemory.@Nullable Block block;
    private long address;
    private @Nullable Pointer pointer;
    private @Nullable ByteBuffer buffer;
    private @Nullable FloatBuffer floats;
    private @Nullable IntBuffer pairs;

    OneDnnTensor(Engine engine, String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        super(engine.lock(), name, shape, dtype, grad);
        this.engine = engine;
    }

    /** An operation's own tensor, in the layout that a primitive asks for. */
    static OneDnnTensor of(Engine engine, String name, Layout layout) {
        DType dtype = layout.type() == dnnl_f32 ? DType.FLOAT32 : DType.INT32;
        Shape shape = Shape.vector(name, layout.bytes() / layout.elementBytes());
        OneDnnTensor tensor = new OneDnnTensor(engine, name, shape, dtype, /* grad= */ null);
        tensor.layout = layout;
        return tensor;
    }

    /**
     * Changes the element kind before it has memory. Its layout is as at first; operations over it
     * have to be made again.
     */
    void become(DType kind) {
        if (placed()) {
            throw new IllegalStateException(this + ": element kind changed after it was placed");
        }
        setDType(kind);
        layout = null;
        rowMajor = null;
        model = null;
        settled = false;
    }

    /** The same tensor in another layout, to be placed elsewhere. */
    OneDnnTensor in(Layout other) {
        OneDnnTensor tensor = new OneDnnTensor(engine, name(), shape(), dtype(), /* grad= */ null);
        tensor.layout = other;
        return tensor;
    }

    /** {@code count} float32 elements of this tensor's memory and what follows it, from one on. */
    OneDnnTensor window(int first, int count) {
        OneDnnMemory.Block whole = block;
        if (whole == null) {
            throw new IllegalStateException(name() + ": expected a tensor in memory");
        }
        OneDnnTensor window =
                new OneDnnTensor(engine, name(), Shape.of(count), DType.FLOAT32, /* grad= */ null);
        window.place(whole, address - whole.address() + (long) first * Float.BYTES);
        return window;
    }

    /** Where it begins, as a number. */
    long address() {
        checkOpen();
        return address;
    }

    Engine engine() {
        return engine;
    }

    /** Sizes as oneDNN takes them: a number is a vector of one element. */
    long[] dims() {
        if (shape().rank() == 0) {
            return new long[] {1};
        }
        return shape().dims().stream().mapToLong(Integer::longValue).toArray();
    }

    int size() {
        return Math.toIntExact(shape().size());
    }

    /** oneDNN's number of the element kind; not for float64, which only Java reads. */
    int type() {
        return switch (dtype()) {
            case FLOAT32 -> dnnl_f32;
            case BFLOAT16 -> Precision.BF16.type();
            case INT32 -> dnnl_s32;
            case FLOAT64, FLOAT16 -> dnnl_u8;
        };
    }

    Layout layout() {
        if (model != null) {
            return model.layout();
        }
        Layout known = layout;
        if (known == null) {
            known = engine.layouts().plain(type(), dims());
            layout = known;
        }
        return known;
    }

    /** The row-major layout of its sizes and kind. */
    Layout plain() {
        return engine.layouts().plain(type(), dims());
    }

    /** The same as {@link #plain}, with all dimensions from the third on as one. */
    Layout channelRows() {
        return engine.layouts()
                .plain(type(), shape().dim(0), shape().dim(1), shape().tail(2).size());
    }

    /** Chooses the layout of a tensor that has no memory yet, and of its gradient. */
    void layout(Layout chosen) {
        if (model != null) {
            model.layout(chosen);
            return;
        }
        if (block != null && !chosen.equals(layout())) {
            throw new IllegalStateException(this + ": layout changed after it was placed");
        }
        layout = chosen;
        OneDnnTensor gradient = gradient();
        if (gradient != null) {
            gradient.layout(chosen);
        }
    }

    /**
     * Says how row-major order is described in the sizes of the layout, where these are in another
     * order than the shape's; for the gradient too.
     */
    void rowMajor(Layout description) {
        if (model != null) {
            model.rowMajor(description);
            return;
        }
        rowMajor = description;
        OneDnnTensor gradient = gradient();
        if (gradient != null) {
            gradient.rowMajor(description);
        }
    }

    private @Nullable Layout rowMajor() {
        return model == null ? rowMajor : model.rowMajor();
    }

    /** Row-major order in the sizes of the layout, as float32. */
    Layout masterOrder() {
        Layout known = rowMajor();
        return known == null ? engine.layouts().plain(dnnl_f32, layout().dims()) : known;
    }

    /** Whether its elements lie in row-major order, without gaps. */
    boolean isRowMajor() {
        Layout known = rowMajor();
        return (known == null || known.plain()) ? layout().plain() : layout().equals(known);
    }

    /** Takes over the layout of a tensor of the same shape, before it has memory. */
    void layoutOf(OneDnnTensor other) {
        layout(other.layout());
        rowMajor = other.rowMajor();
    }

    /**
     * Lies as another tensor of the same shape from here on, its gradient as the other's: whoever
     * chooses a layout for one chooses it for both, until the first {@link #settle}.
     */
    void lieAs(OneDnnTensor other) {
        model = other;
        other.settled = false;
        OneDnnTensor gradient = gradient();
        OneDnnTensor others = other.gradient();
        if (gradient != null && others != null) {
            gradient.lieAs(others);
        }
    }

    /** Lets the layout stay as it is, where others lie in it too. */
    void settle() {
        if (model != null) {
            model.settled = true;
        }
    }

    /** Whether its layout is fixed: by memory, or by an operation that relies on it. */
    boolean settled() {
        return model == null ? placed() : model.placed() || model.settled;
    }

    /** Whether it has memory, so that its layout is fixed. */
    boolean placed() {
        return block != null;
    }

    long bytes() {
        return dtype() == DType.FLOAT64 ? 8L * size() : layout().bytes();
    }

    /** The gradient, or null where nobody wants it. */
    @Nullable OneDnnTensor gradient() {
        return (OneDnnTensor) grad();
    }

    /** The gradient of a tensor that must have one. */
    OneDnnTensor requireGradient() {
        return (OneDnnTensor) requireGrad();
    }

    /**
     * Gives it its memory.
     *
     * @throws IllegalStateException if it would end behind the arena
     */
    void place(OneDnnMemory.Block arena, long offset) {
        if (offset + bytes() > arena.bytes()) {
            throw new IllegalStateException(
                    String.format(
                            "%s: expected %d bytes from %d on, got memory of %d",
                            name(), bytes(), offset, arena.bytes()));
        }
        block = arena;
        address = arena.address() + offset;
        pointer = null;
        buffer = null;
        floats = null;
        pairs = null;
    }

    /** Where it begins. */
    Pointer pointer() {
        checkOpen();
        Pointer known = pointer;
        if (known == null) {
            known = new OneDnnMemory.AddressPointer(address);
            pointer = known;
        }
        return known;
    }

    /**
     * Its bytes, to be read and written where they are.
     *
     * @throws IllegalStateException if it has no memory
     */
    ByteBuffer buffer() {
        checkOpen();
        ByteBuffer known = buffer;
        if (known == null) {
            BytePointer pointer = new BytePointer(new OneDnnMemory.AddressPointer(address));
            known = pointer.capacity(bytes()).asByteBuffer().order(ByteOrder.nativeOrder());
            buffer = known;
        }
        return known;
    }

    /** Element {@code i}, row-major; for row-major layouts. */
    float get(int i) {
        return dtype() == DType.FLOAT32
                ? buffer().getFloat(i * Float.BYTES)
                : Transfer.fromBfloat16(buffer().getShort(i * Short.BYTES));
    }

    /** Sets element {@code i}, row-major; for row-major layouts. */
    void set(int i, double value) {
        if (dtype() == DType.FLOAT32) {
            buffer().putFloat(i * Float.BYTES, (float) value);
        } else {
            buffer().putShort(i * Short.BYTES, Transfer.bfloat16((float) value));
        }
    }

    /**
     * Copies {@code count} elements from {@code first} on, row-major; for row-major layouts. A loop
     * over an array is several times faster than one over the memory.
     *
     * @param values room for them. Modified.
     */
    void get(int first, float[] values, int count) {
        if (dtype() == DType.FLOAT32) {
            floats().get(first, values, 0, count);
            return;
        }
        ByteBuffer bytes = buffer();
        for (int i = 0; i < count; i++) {
            values[i] = Transfer.fromBfloat16(bytes.getShort((first + i) * Short.BYTES));
        }
    }

    /** Sets {@code count} elements from {@code first} on, row-major; for row-major layouts. */
    void set(int first, float[] values, int count) {
        if (dtype() == DType.FLOAT32) {
            floats().put(first, values, 0, count);
            return;
        }
        ByteBuffer bytes = buffer();
        for (int i = 0; i < count; i++) {
            bytes.putShort((first + i) * Short.BYTES, Transfer.bfloat16(values[i]));
        }
    }

    /** Makes its memory known to this thread, before others that it starts read and write it. */
    void open() {
        if (dtype() == DType.FLOAT32) {
            floats();
        } else {
            pairs();
        }
    }

    /** Its memory as 4 bytes each, a last one of 2 left out. */
    IntBuffer pairs() {
        checkOpen();
        IntBuffer known = pairs;
        if (known == null) {
            known = buffer().asIntBuffer();
            pairs = known;
        }
        return known;
    }

    /** Its memory as float32 numbers, in their order there. */
    FloatBuffer floats() {
        checkOpen();
        FloatBuffer known = floats;
        if (known == null) {
            known = buffer().asFloatBuffer();
            floats = known;
        }
        return known;
    }

    /**
     * Checks that it has memory.
     *
     * @throws IllegalStateException before commit and after close
     */
    void checkOpen() {
        if (block == null || block.closed()) {
            throw new IllegalStateException(
                    name() + ": expected a tensor in memory, got one before commit or after close");
        }
    }

    @Override
    protected void write(double[] values) {
        checkOpen();
        Transfer.write(this, values);
    }

    /** Whether its elements are numbers that a network computes with. */
    private boolean numbers() {
        return dtype() == DType.FLOAT32 || dtype() == DType.BFLOAT16;
    }

    @Override
    public Feed feed() {
        return numbers() ? new OneDnnFeed(this) : super.feed();
    }

    @Override
    protected void generate(IntToDoubleFunction values) {
        checkOpen();
        if (dtype() == DType.FLOAT32) {
            Transfer.generate(this, values);
        } else {
            super.generate(values);
        }
    }

    @Override
    protected void read(double[] values) {
        checkOpen();
        Transfer.read(this, values);
    }

    @Override
    protected void read(float[] values) {
        checkOpen();
        if (numbers()) {
            Transfer.read(this, values);
        } else {
            super.read(values);
        }
    }
}
