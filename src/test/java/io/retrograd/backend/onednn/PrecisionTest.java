package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_amx;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_amx_fp16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_fp16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_sse41;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The precisions of CPUs. */
class PrecisionTest {
    private static final String NEEDS_BF16 =
            "precision bf16: expected a CPU with AVX512-BF16 or AMX, got one with ";
    private static final String NEEDS_AMX =
            "precision fast-math: expected a CPU with AMX, without which oneDNN multiplies in"
                    + " float32, got one with ";

    static Stream<Arguments> present() {
        return Stream.of(
                Arguments.of(Precision.FLOAT32, dnnl_cpu_isa_sse41),
                Arguments.of(Precision.BF16, dnnl_cpu_isa_avx512_core_bf16),
                Arguments.of(Precision.BF16, dnnl_cpu_isa_avx512_core_amx),
                Arguments.of(Precision.FAST_MATH, dnnl_cpu_isa_avx512_core_amx),
                Arguments.of(Precision.FAST_MATH, dnnl_cpu_isa_avx512_core_amx_fp16));
    }

    @ParameterizedTest
    @MethodSource("present")
    void isThere(Precision precision, int isa) {
        assertDoesNotThrow(() -> precision.checkUsable(isa));
    }

    static Stream<Arguments> absent() {
        return Stream.of(
                Arguments.of(Precision.BF16, dnnl_cpu_isa_avx2, NEEDS_BF16 + "AVX2"),
                Arguments.of(Precision.BF16, dnnl_cpu_isa_avx512_core, NEEDS_BF16 + "AVX-512"),
                Arguments.of(Precision.FAST_MATH, dnnl_cpu_isa_avx2, NEEDS_AMX + "AVX2"),
                Arguments.of(
                        Precision.FAST_MATH,
                        dnnl_cpu_isa_avx512_core_bf16,
                        NEEDS_AMX + "AVX-512 with bfloat16"),
                Arguments.of(
                        Precision.FAST_MATH,
                        dnnl_cpu_isa_avx512_core_fp16,
                        NEEDS_AMX + "AVX-512 with bfloat16"));
    }

    @ParameterizedTest
    @MethodSource("absent")
    void isRefused(Precision precision, int isa, String message) {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> precision.checkUsable(isa));
        assertEquals(message + "; use float32", e.getMessage());
    }
}
