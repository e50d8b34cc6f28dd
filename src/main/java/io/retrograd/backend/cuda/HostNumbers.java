package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import java.nio.ByteBuffer;

/** Numbers in a Java array, on their way to the GPU. */
final class HostNumbers {
    private double[] doubles = {};
    private float[] floats = {};
    private byte[] bytes = {};
    private Kind kind = Kind.DOUBLES;

    private enum Kind {
        DOUBLES,
        FLOATS,
        BYTES
    }

    /** Takes these from here on. */
    HostNumbers of(double[] values) {
        doubles = values;
        kind = Kind.DOUBLES;
        return this;
    }

    /** Takes these from here on. */
    HostNumbers of(float[] values) {
        floats = values;
        kind = Kind.FLOATS;
        return this;
    }

    /** Takes these from here on: to be copied as they are, whatever the type. */
    HostNumbers of(byte[] values) {
        bytes = values;
        kind = Kind.BYTES;
        return this;
    }

    int count() {
        return switch (kind) {
            case DOUBLES -> doubles.length;
            case FLOATS -> floats.length;
            case BYTES -> bytes.length;
        };
    }

    /** Copies some to the begin of a buffer, as numbers of a type. */
    void fill(ByteBuffer to, DType type, int first, int count) {
        switch (kind) {
            case DOUBLES -> fill(to, type, doubles, first, count);
            case FLOATS -> fill(to, type, floats, first, count);
            case BYTES -> to.put(0, bytes, first, count);
        }
    }

    private static void fill(ByteBuffer to, DType type, double[] values, int first, int count) {
        switch (type) {
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    to.putFloat(i * Float.BYTES, (float) values[first + i]);
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    to.putDouble(i * Double.BYTES, values[first + i]);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    to.putInt(i * Integer.BYTES, (int) values[first + i]);
                }
            }
            case FLOAT16, BFLOAT16 -> throw unsupported(type);
        }
    }

    private static void fill(ByteBuffer to, DType type, float[] values, int first, int count) {
        switch (type) {
            case FLOAT32 -> to.asFloatBuffer().put(0, values, first, count);
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    to.putDouble(i * Double.BYTES, values[first + i]);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    to.putInt(i * Integer.BYTES, (int) values[first + i]);
                }
            }
            case FLOAT16, BFLOAT16 -> throw unsupported(type);
        }
    }

    /** Copies numbers of a type out of a buffer. */
    static void empty(ByteBuffer from, DType type, double[] values, int first, int count) {
        switch (type) {
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    values[first + i] = from.getFloat(i * Float.BYTES);
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    values[first + i] = from.getDouble(i * Double.BYTES);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    values[first + i] = from.getInt(i * Integer.BYTES);
                }
            }
            case FLOAT16, BFLOAT16 -> throw unsupported(type);
        }
    }

    private static IllegalStateException unsupported(DType type) {
        return new IllegalStateException("cuda: expected float32, float64 or int32, got " + type);
    }
}
