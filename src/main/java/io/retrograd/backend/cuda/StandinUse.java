package io.retrograd.backend.cuda;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import io.retrograd.backend.LibraryUse;

/** What the stand-in counts of the calls that reach it. */
final class StandinUse {
    private static final String LIBRARY = "libcuda.so.1";

    private StandinUse() {}

    static LibraryUse now() {
        try (Memory counts = new Memory(2L * Long.BYTES)) {
            NativeLibrary.getInstance(LIBRARY)
                    .getFunction("standinUse")
                    .invokeVoid(new Object[] {counts});
            return new LibraryUse(counts.getLong(0), counts.getLong(Long.BYTES));
        }
    }
}
