package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fpmath_mode_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fpmath_mode_strict;

import io.retrograd.tensor.DType;
import java.util.Arrays;
import java.util.List;

/** The ways to keep and multiply numbers. Parameters and sums are float32 in all of them. */
enum Precision {
    /** Float32 throughout. */
    FLOAT32("float32", DType.FLOAT32, dnnl_f32, dnnl_fpmath_mode_strict, Isa.SSE41, "SSE4.1"),
    /** Activations and their gradients in bfloat16. */
    BF16(
            "bf16",
            DType.BFLOAT16,
            dnnl_bf16,
            dnnl_fpmath_mode_strict,
            Isa.BF16,
            "AVX512-BF16 or AMX"),
    /**
     * Float32, but factors are rounded to bfloat16 before they are multiplied. oneDNN takes it as a
     * permission, which only its kernels for AMX make use of.
     */
    FAST_MATH(
            "fast-math",
            DType.FLOAT32,
            dnnl_f32,
            dnnl_fpmath_mode_bf16,
            Isa.AMX,
            "AMX, without which oneDNN multiplies in float32");

    private final String text;
    private final DType dtype;
    private final int type;
    private final int mathMode;
    private final Isa needed;
    private final String need;

    Precision(String text, DType dtype, int type, int mathMode, Isa needed, String need) {
        this.text = text;
        this.dtype = dtype;
        this.type = type;
        this.mathMode = mathMode;
        this.needed = needed;
        this.need = need;
    }

    /** As in {@code --precision}. */
    String text() {
        return text;
    }

    /** Element kind of activations. */
    DType dtype() {
        return dtype;
    }

    /** oneDNN's number of that kind. */
    int type() {
        return type;
    }

    /** oneDNN's fpmath mode. */
    int mathMode() {
        return mathMode;
    }

    /** Distance from 1 to the next larger number that factors are rounded to. */
    double epsilon() {
        return (this == FLOAT32 ? DType.FLOAT32 : DType.BFLOAT16).epsilon();
    }

    /**
     * Checks that a CPU with these instruction sets has it.
     *
     * @param isa as oneDNN numbers them
     * @throws IllegalStateException if not
     */
    void checkUsable(int isa) {
        if (!needed.in(isa)) {
            throw new IllegalStateException(
                    String.format(
                            "precision %s: expected a CPU with %s, got one with %s; use float32",
                            text, need, Isa.text(isa)));
        }
    }

    static List<String> all() {
        return Arrays.stream(values()).map(Precision::text).toList();
    }

    static Precision of(String text) {
        return Arrays.stream(values())
                .filter(precision -> precision.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("precision: " + text));
    }
}
