package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stand-in as each of the GPUs that it passes for. */
class GpuKindTest {
    @TempDir private Path folder;

    private Misuse.Ended run(GpuKind kind, String variable)
            throws IOException, InterruptedException {
        Gpu.assumeBuilt();
        Map<String, String> environment = Map.of("RETROGRAD_STANDIN_GPU", variable);
        return Misuse.run(GpuKind.class, kind.name(), environment, folder.resolve("output"));
    }

    @ParameterizedTest
    @EnumSource
    void isAsItsDriverTells(GpuKind kind) throws IOException, InterruptedException {
        Misuse.Ended ended = run(kind, kind.name().toLowerCase(Locale.ROOT));
        assertEquals(0, ended.status(), ended.said());
        assertTrue(ended.said().contains(GpuKind.WELL), ended.said());
    }

    @Test
    void itIsAnH200Unasked() throws IOException, InterruptedException {
        assertEquals(0, run(GpuKind.H200, "").status());
    }

    @Test
    void anUnknownOneIsNamed() throws IOException, InterruptedException {
        Misuse.Ended ended = run(GpuKind.H200, "h100");
        assertTrue(
                ended.said()
                        .contains(
                                "CPU stand-in: cuInit: RETROGRAD_STANDIN_GPU: expected one of"
                                        + " h200, a100, t4, b200"),
                ended.said());
        assertEquals(1, ended.status());
    }
}
