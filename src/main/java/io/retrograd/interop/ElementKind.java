package io.retrograd.interop;

/** The element kinds of safetensors files that can be read; floats become double, integers long. */
public enum ElementKind {
    F64(8, /* floating= */ true),
    F32(4, /* floating= */ true),
    F16(2, /* floating= */ true),
    BF16(2, /* floating= */ true),
    I64(8, /* floating= */ false),
    I32(4, /* floating= */ false);

    private final int bytes;
    private final boolean floating;

    ElementKind(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Size of one element in a file. */
    public int bytes() {
        return bytes;
    }

    /** Whether elements are floating-point numbers. */
    public boolean floating() {
        return floating;
    }
}
