package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.backend.cuda.standin.Misuse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries and GPUs that fail while a network trains: each is survived, told, and remembered. */
@Tag("slow")
class CudaFaultTest {
    private static final Pattern SUM = Pattern.compile("sum (\\S+)");

    @TempDir private Path folder;

    @BeforeEach
    void load() {
        Gpu.assumeBuilt();
    }

    /** The trial finds each, and the next way computes the same. */
    @ParameterizedTest
    @CsvSource({
        "refuse, is refused: left out",
        "fail, is refused: left out",
        "wrong, computes wrong results: left out",
        "overrun, writes outside its memory: left out"
    })
    void everyAlgorithmThatIsFaultyIsLeftOut(String fault, String told)
            throws IOException, InterruptedException {
        for (String how : new String[] {"deterministic", "measured"}) {
            Misuse.Ended ended = train(how, fault);
            assertTrue(ended.said().contains(told), ended.said());
            assertRight(ended);
        }
        Misuse.Ended again = train("measured", fault);
        assertFalse(again.said().contains("left out"), "not remembered: " + again.said());
        assertRight(again);
    }

    /** What passes its trial, with its result and workspace, and is refused later. */
    @Test
    void whatIsRefusedWhileItRunsIsReplaced() throws IOException, InterruptedException {
        // Two convolutions of two and three passes: each algorithm is tried once before.
        Misuse.Ended ended = train("deterministic", "refuse:6");
        assertTrue(ended.said().contains("takes its place"), ended.said());
        assertRight(ended);
    }

    @Test
    void aStepThatCannotBeRecordedStaysEager() throws IOException, InterruptedException {
        Misuse.Ended ended = train("deterministic", "capture");
        assertEquals(
                1,
                ended.said().split("cannot be recorded as a CUDA graph", -1).length - 1,
                ended.said());
        assertRight(ended);
    }

    /** Every call answers with the same error then, until the context is gone. */
    @Test
    void aBrokenContextIsGivenBackAndTheDeviceOpensAgain()
            throws IOException, InterruptedException {
        Misuse.Ended ended = train("reopened", "break:bias_forward");
        assertTrue(ended.said().contains("failed: CUDA_ERROR_ILLEGAL_ADDRESS"), ended.said());
        assertFalse(ended.said().contains("leak"), ended.said());
    }

    private Misuse.Ended train(String how, String fault) throws IOException, InterruptedException {
        return Misuse.run(
                FaultyTraining.class,
                how + "=" + folder.resolve(how),
                Map.of("RETROGRAD_STANDIN_FAULT", fault, "RETROGRAD_STANDIN_DELAYED", "0"),
                folder.resolve("output"));
    }

    private static void assertRight(Misuse.Ended ended) {
        assertEquals(0, ended.status(), ended.said());
        Matcher sum = SUM.matcher(ended.said());
        assertTrue(sum.find(), ended.said());
        try (Backend reference = Backends.open("reference")) {
            double expected = FaultyTraining.sum(reference);
            assertEquals(expected, Double.parseDouble(sum.group(1)), 1e-12, ended.said());
        }
    }
}
