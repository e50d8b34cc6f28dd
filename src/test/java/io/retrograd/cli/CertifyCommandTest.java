package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.ChildJava;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.certify.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates in so little time that each part tries one thing, whole and of broken devices. */
class CertifyCommandTest {
    private static final String MINUTES = "0.01";

    @TempDir private Path folder;

    private record Ended(int exit, List<String> lines, JsonNode certificate) {
        String status(Part part) {
            return of(part).path("status").asText();
        }

        JsonNode of(Part part) {
            return StreamSupport.stream(certificate.path("parts").spliterator(), false)
                    .filter(each -> each.path("name").asText().equals(part.label()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theReferencePasses() throws Exception {
        Ended ended = certify("reference", Map.of());
        assertEquals(0, ended.exit, ended.lines.toString());
        for (Part part : Part.values()) {
            String expected = part == Part.RECOVERY ? "not run" : "passed";
            assertEquals(expected, ended.status(part), ended.of(part).toString());
        }
        assertTrue(ended.of(Part.CONFORMANCE).path("trials").get(0).path("seed").isNumber());
        assertEquals("passed", ended.certificate.path("verdict").asText());
    }

    @Test
    void theCpuPasses() throws Exception {
        Ended ended = certify("cpu", Map.of());
        assertEquals(0, ended.exit, ended.lines.toString());
    }

    /** Only what trains meets the fault, which breaks the device for the rest of its process. */
    @Test
    void aFaultFailsItsPartsAndNoOther() throws Exception {
        Gpu.assumeBuilt();
        Ended ended =
                certify(
                        "cuda-standin",
                        Map.of("RETROGRAD_STANDIN_FAULT", "break:cross_entropy_rows"));
        assertEquals(1, ended.exit, ended.lines.toString());
        assertEquals("failed", ended.certificate.path("verdict").asText());
        for (Part part : List.of(Part.KERNELS, Part.CONFORMANCE, Part.PARITY)) {
            assertEquals("passed", ended.status(part), ended.of(part).toString());
        }
        for (Part part : List.of(Part.DETERMINISM, Part.CAPTURE, Part.TRAINING, Part.BENCH)) {
            String status = ended.status(part);
            assertTrue(List.of("failed", "crashed").contains(status), ended.of(part).toString());
        }
    }

    @Test
    void aDeviceThatIsNotThereIsNotCertified() throws Exception {
        Ended ended = certify("cuda-standin", Map.of(), "-Dretrograd.standin=" + folder);
        assertEquals(1, ended.exit, ended.lines.toString());
        assertEquals("failed", ended.status(Part.DOCTOR));
        assertEquals("not run", ended.status(Part.KERNELS));
    }

    private Ended certify(String device, Map<String, String> environment, String... options)
            throws Exception {
        Path out = folder.resolve("out");
        List<String> command = new ArrayList<>(ChildJava.command());
        command.add("-Dretrograd.cache=" + Path.of("target", "cache").toAbsolutePath());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "certify", "--device", device));
        command.addAll(List.of("--minutes", MINUTES, "--out", out.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assertTrue(Files.exists(out.resolve("certificate.html")), said);
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(out.resolve("certificate.xml").toFile());
        JsonNode certificate =
                new ObjectMapper().readTree(out.resolve("certificate.json").toFile());
        assertEquals(Part.values().length, certificate.path("parts").size(), said);
        return new Ended(exit, said.lines().toList(), certificate);
    }
}
