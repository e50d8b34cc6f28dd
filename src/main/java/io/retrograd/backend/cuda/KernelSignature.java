package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a kernel, read from its source: CUDA itself cannot tell an argument of a wrong
 * type.
 */
record KernelSignature(String kernel, List<Parameter> parameters) {
    private static final Pattern COMMENTS = Pattern.compile("//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern NOISE =
            Pattern.compile("\\b(const|volatile|__restrict__|__restrict|__grid_constant__)\\b");

    private static final Map<String, ElementType> TYPES =
            Map.ofEntries(
                    Map.entry("float", ElementType.FLOAT32),
                    Map.entry("double", ElementType.FLOAT64),
                    Map.entry("int", ElementType.INT32),
                    Map.entry("signed", ElementType.INT32),
                    Map.entry("signed int", ElementType.INT32),
                    Map.entry("unsigned", ElementType.INT32),
                    Map.entry("unsigned int", ElementType.INT32),
                    Map.entry("int32_t", ElementType.INT32),
                    Map.entry("uint32_t", ElementType.INT32),
                    Map.entry("long", ElementType.INT64),
                    Map.entry("unsigned long", ElementType.INT64),
                    Map.entry("long long", ElementType.INT64),
                    Map.entry("unsigned long long", ElementType.INT64),
                    Map.entry("size_t", ElementType.INT64),
                    Map.entry("int64_t", ElementType.INT64),
                    Map.entry("uint64_t", ElementType.INT64),
                    Map.entry("char", ElementType.INT8),
                    Map.entry("signed char", ElementType.INT8),
                    Map.entry("int8_t", ElementType.INT8),
                    Map.entry("unsigned char", ElementType.UINT8),
                    Map.entry("uint8_t", ElementType.UINT8),
                    Map.entry("bool", ElementType.UINT8));

    /**
     * One of them.
     *
     * @param text as it is written
     * @param name its name
     * @param array whether it is a pointer
     * @param written whether it is a pointer to what is not const
     * @param type of the value, or of the array's elements; null if it is of a type of the
     *     program's
     */
    record Parameter(
            String text, String name, boolean array, boolean written, @Nullable ElementType type) {
        /** Whether it is a pointer to such elements, as far as the source tells. */
        boolean takes(DType dtype) {
            return array && (type == null || type == ElementType.of(dtype));
        }

        static Parameter of(String text, Map<String, ElementType> types) {
            String plain = NOISE.matcher(text).replaceAll(" ").strip();
            boolean array = plain.contains("*") || plain.endsWith("]");
            String type = plain.replaceAll("[*&].*", "").replaceAll("\\[.*", "").strip();
            if (!plain.contains("*")) {
                type = type.replaceFirst("\\s+\\w+$", "");
            }
            String known = type.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
            String name = text.replaceAll("\\[.*", "").strip().replaceFirst("(?s).*\\W", "");
            boolean written = array && !text.replaceFirst("(?s)[*\\[].*", "").contains("const");
            String shown = text.strip().replaceAll("\\s+", " ");
            ElementType element = types.getOrDefault(known, TYPES.get(known));
            return new Parameter(shown, name, array, written, element);
        }
    }

    /**
     * Reads {@code __global__ void name(...)}.
     *
     * @param types what the source's own names of types stand for
     * @throws IllegalArgumentException if the source has no such function
     */
    static KernelSignature of(String source, String name, Map<String, ElementType> types) {
        String code = COMMENTS.matcher(source).replaceAll(" ");
        Matcher found =
                Pattern.compile(
                                "__global__(?:[^;{(]|__launch_bounds__\\s*\\([^)]*\\))*?\\b"
                                        + Pattern.quote(name)
                                        + "\\s*\\(([^)]*)\\)")
                        .matcher(code);
        if (!found.find()) {
            throw new IllegalArgumentException(
                    "CudaKernel: the source has no kernel "
                            + name
                            + "; expected `__global__ void "
                            + name
                            + "(...)`");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String text : found.group(1).split(",", -1)) {
            if (!text.isBlank()) {
                parameters.add(Parameter.of(text, types));
            }
        }
        return new KernelSignature(name, List.copyOf(parameters));
    }
}
