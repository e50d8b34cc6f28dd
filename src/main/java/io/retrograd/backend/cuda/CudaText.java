package io.retrograd.backend.cuda;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text between Java and C. */
final class CudaText {
    private CudaText() {}

    /** The text before the first zero. */
    static String of(byte[] text) {
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** The text, and a zero. */
    static byte[] terminated(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
