package io.retrograd.backend.onednn;

import org.bytedeco.javacpp.BytePointer;

/** Writes one byte behind a block of native memory, for {@code native/check/run} to see. */
final class PlantedOverflow {
    private static final int BYTES = 4096;

    private PlantedOverflow() {}

    public static void main(String[] args) {
        OneDnnMemory.Block block = new OneDnnMemory.Block(BYTES);
        BytePointer bytes = new BytePointer(block.pointer());
        bytes.put(BYTES - 1L, (byte) 1);
        System.out.println("wrote the last byte");
        bytes.put(BYTES, (byte) 1);
        System.out.println("wrote behind");
    }
}
