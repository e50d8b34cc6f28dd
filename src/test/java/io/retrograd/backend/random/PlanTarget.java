package io.retrograd.backend.random;

import java.util.Map;

/** The device: the CPU with no better instructions than these, as oneDNN names them, or CUDA. */
enum PlanTarget {
    AVX512_CORE_AMX,
    AVX512_CORE_BF16,
    AVX512_CORE,
    AVX2,
    SSE41,
    CUDA_STANDIN;

    String device() {
        return this == CUDA_STANDIN ? "cuda-standin" : "cpu";
    }

    /** The environment in which to start the process. */
    Map<String, String> environment() {
        return this == CUDA_STANDIN ? Map.of() : Map.of("ONEDNN_MAX_CPU_ISA", name());
    }
}
