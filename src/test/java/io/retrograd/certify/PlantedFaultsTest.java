package io.retrograd.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.ChildJava;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parts of a certificate of the stand-in with each kind of fault planted that a device survives:
 * they pass, and the certificate names what was wrong. CertifyCommandTest has the one that breaks a
 * device.
 */
class PlantedFaultsTest {
    private static final String STANDIN = "cuda-standin";
    private static final double SECONDS = 0.01;
    private static final double MOST_SECONDS = 200;

    @TempDir private Path folder;

    @BeforeAll
    static void needStandin() {
        boolean usable = Backends.provider(STANDIN).probe().usable();
        Required.assume(STANDIN, usable, STANDIN + " cannot be used here");
    }

    private PartResult run(Part part, Map<String, String> environment) throws Exception {
        List<String> command = new ArrayList<>(ChildJava.command());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        command.add("-Dretrograd.cache=" + folder.resolve("cache"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.retrograd.cli.Main", "certify", "--device", STANDIN));
        command.addAll(List.of("--part", part.label(), "--seconds", Double.toString(SECONDS)));
        return PartProcess.run(part, command, environment, SECONDS, MOST_SECONDS);
    }

    /** Of LeNet's two convolutions the second has a gradient of its input. */
    @Test
    void whatIsFaultyIsNamedAndLeftOut() throws Exception {
        String faults =
                "refuse:FWD_ALGO_IMPLICIT_PRECOMP_GEMM,fail:FWD_ALGO_GEMM,"
                        + "wrong:BWD_DATA_ALGO_1,overrun:BWD_FILTER_ALGO_1,capture";
        PartResult result = run(Part.CAPTURE, Map.of("RETROGRAD_STANDIN_FAULT", faults));
        assertEquals(Status.PASSED, result.status(), result.toString());
        Certificate certificate =
                new Certificate("1", STANDIN, Instant.EPOCH, 1, Map.of(), List.of(result));
        String json = CertificateFiles.json(certificate);
        for (String named :
                List.of(
                        "cudnn IMPLICIT_PRECOMP_GEMM is refused: left out",
                        "cudnn GEMM is refused: left out",
                        "cudnn ALGO_1 computes wrong results: left out",
                        "cudnn ALGO_1 writes outside its memory: left out",
                        "a step cannot be recorded as a CUDA graph")) {
            assertTrue(json.contains(named), named + ": " + json);
        }
    }

    @Test
    void anIllegalAccessIsSurvived() throws Exception {
        PartResult result = run(Part.RECOVERY, Recovery.ENVIRONMENT);
        assertEquals(Status.PASSED, result.status(), result.toString());
        assertTrue(
                result.trials().toString().contains("told as expected: CUDA_ERROR_ILLEGAL_ADDRESS"),
                result.toString());
    }
}
