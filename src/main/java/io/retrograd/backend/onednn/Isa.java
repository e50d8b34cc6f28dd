package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_amx;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_sse41;

/** Sets of instructions that oneDNN uses, best first. */
enum Isa {
    AMX(dnnl_cpu_isa_avx512_core_amx, "AVX-512 with AMX"),
    BF16(dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with bfloat16"),
    AVX512(dnnl_cpu_isa_avx512_core, "AVX-512"),
    AVX2(dnnl_cpu_isa_avx2, "AVX2"),
    SSE41(dnnl_cpu_isa_sse41, "SSE4.1");

    private final int mask;
    private final String text;

    Isa(int mask, String text) {
        this.mask = mask;
        this.text = text;
    }

    /** Whether it is among those of oneDNN's number. */
    boolean in(int isa) {
        return (isa & mask) == mask;
    }

    /** The best of oneDNN's number, in a word. */
    static String text(int isa) {
        for (Isa known : values()) {
            if (known.in(isa)) {
                return known.text;
            }
        }
        return "isa 0x" + Integer.toHexString(isa);
    }
}
