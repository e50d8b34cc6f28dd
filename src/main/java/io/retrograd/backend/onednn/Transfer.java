package io.retrograd.backend.onednn;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.function.IntToDoubleFunction;

/** Copies tensors from and to row-major arrays, whatever their layout. */
final class Transfer {
    private static final int BFLOAT16_SHIFT = 16;

    private Transfer() {}

    static void write(OneDnnTensor tensor, double[] values) {
        if (direct(tensor)) {
            copy(values, tensor);
            return;
        }
        try (Detour detour = new Detour(tensor)) {
            copy(values, detour.plain);
            Reorder.run(detour.plain, tensor);
        }
    }

    /** Writes a float32 or bfloat16 tensor. */
    static void write(OneDnnTensor tensor, float[] values) {
        if (direct(tensor)) {
            tensor.set(0, values, values.length);
            return;
        }
        try (Detour detour = new Detour(tensor)) {
            detour.plain.set(0, values, values.length);
            Reorder.run(detour.plain, tensor);
        }
    }

    /** Writes each element of a float32 tensor. */
    static void generate(OneDnnTensor tensor, IntToDoubleFunction values) {
        if (direct(tensor)) {
            generate(values, tensor.buffer(), tensor.shape().size());
            return;
        }
        try (Detour detour = new Detour(tensor)) {
            generate(values, detour.plain.buffer(), tensor.shape().size());
            Reorder.run(detour.plain, tensor);
        }
    }

    private static void generate(IntToDoubleFunction values, ByteBuffer to, long count) {
        for (int i = 0; i < count; i++) {
            to.putFloat(i << 2, (float) values.applyAsDouble(i));
        }
    }

    static void read(OneDnnTensor tensor, double[] values) {
        if (direct(tensor)) {
            copy(tensor, values);
            return;
        }
        try (Detour detour = new Detour(tensor)) {
            Reorder.run(tensor, detour.plain);
            copy(detour.plain, values);
        }
    }

    /** Reads a float32 or bfloat16 tensor. */
    static void read(OneDnnTensor tensor, float[] values) {
        if (direct(tensor)) {
            tensor.get(0, values, values.length);
            return;
        }
        try (Detour detour = new Detour(tensor)) {
            Reorder.run(tensor, detour.plain);
            detour.plain.get(0, values, values.length);
        }
    }

    private static boolean direct(OneDnnTensor tensor) {
        return tensor.dtype() == DType.FLOAT64 || tensor.isRowMajor();
    }

    /** The tensor in row-major float32, for a moment. */
    private static final class Detour implements AutoCloseable {
        private final OneDnnMemory.Block block;
        private final OneDnnTensor plain;

        Detour(OneDnnTensor tensor) {
            Layout layout = tensor.masterOrder();
            block = new OneDnnMemory.Block(layout.bytes());
            plain =
                    new OneDnnTensor(
                            tensor.engine(),
                            tensor.name(),
                            Shape.of(Math.toIntExact(layout.elements())),
                            DType.FLOAT32,
                            /* grad= */ null);
            plain.layout(layout);
            plain.place(block, 0);
        }

        @Override
        public void close() {
            block.close();
        }
    }

    private static void copy(double[] values, OneDnnTensor tensor) {
        ByteBuffer to = tensor.buffer();
        switch (tensor.dtype()) {
            case FLOAT32 -> {
                for (int i = 0; i < values.length; i++) {
                    to.putFloat(i << 2, (float) values[i]);
                }
            }
            case INT32 -> {
                for (int i = 0; i < values.length; i++) {
                    to.putInt(i << 2, (int) values[i]);
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    to.putShort(i << 1, bfloat16((float) values[i]));
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < values.length; i++) {
                    to.putDouble(i << 3, values[i]);
                }
            }
            case FLOAT16 -> throw new IllegalStateException(tensor + ": float16 is not a CPU type");
        }
    }

    private static void copy(OneDnnTensor tensor, double[] values) {
        ByteBuffer from = tensor.buffer();
        switch (tensor.dtype()) {
            case FLOAT32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = from.getFloat(i << 2);
                }
            }
            case INT32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = from.getInt(i << 2);
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = fromBfloat16(from.getShort(i << 1));
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = from.getDouble(i << 3);
                }
            }
            case FLOAT16 -> throw new IllegalStateException(tensor + ": float16 is not a CPU type");
        }
    }

    static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << BFLOAT16_SHIFT);
    }

    /** The nearest bfloat16, ties to even. */
    static short bfloat16(float value) {
        int bits = Float.floatToIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> BFLOAT16_SHIFT);
        }
        int half = 0x7fff + ((bits >>> BFLOAT16_SHIFT) & 1);
        return (short) ((bits + half) >>> BFLOAT16_SHIFT);
    }
}
