package io.retrograd.backend.cuda;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A CUDA source with what compiles along with it.
 *
 * @param file its name in messages
 * @param source CUDA C++
 * @param headers what it includes, by name
 * @param kernels the names of its kernels that are wanted
 * @param defines macros, by name
 */
record KernelProgram(
        String file,
        String source,
        Map<String, String> headers,
        List<String> kernels,
        Map<String, String> defines) {
    /** As NVRTC and nvcc take the macros. */
    List<String> defineOptions() {
        return new TreeMap<>(defines)
                .entrySet().stream().map(d -> "-D" + d.getKey() + "=" + d.getValue()).toList();
    }
}
