package io.retrograd.backend.cuda;

import java.util.List;
import java.util.Map;

/**
 * A CUDA source with what compiles along with it.
 *
 * @param file its name in messages
 * @param source CUDA C++
 * @param headers what it includes, by name
 * @param kernels the names of its kernels that are wanted
 */
record KernelProgram(
        String file, String source, Map<String, String> headers, List<String> kernels) {}
