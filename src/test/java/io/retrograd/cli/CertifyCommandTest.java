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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates in so little time that each part tries one thing, whole and of broken devices. All
 * are begun at once, two at a time: most of what they take is the start of a Java for each part.
 */
@Tag("slow")
class CertifyCommandTest {
    private static final String MINUTES = "0.01";
    private static final String STANDIN = "cuda-standin";
    private static final int AT_A_TIME = 2;

    /** For Javas that live for a second. */
    private static final List<String> SHORT_LIVED =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g");

    @TempDir private static Path folder;
    private static final Map<String, Future<Ended>> ENDED = new HashMap<>();
    private static final ExecutorService POOL = Executors.newFixedThreadPool(AT_A_TIME);

    @BeforeAll
    static void begin() {
        begin(
                "fault",
                STANDIN,
                Map.of("RETROGRAD_STANDIN_FAULT", "break:cross_entropy_rows"),
                "--only=kernels,conformance,determinism,training");
        begin("reference", "reference", Map.of());
        begin("cpu", "cpu", Map.of());
        begin("absent", STANDIN, Map.of(), "-Dretrograd.standin=" + folder);
    }

    private static void begin(
            String name, String device, Map<String, String> environment, String... words) {
        ENDED.put(name, POOL.submit(() -> certify(name, device, environment, words)));
    }

    @AfterAll
    static void end() {
        POOL.shutdownNow();
    }

    private static Ended ended(String name) throws Exception {
        return Objects.requireNonNull(ENDED.get(name)).get();
    }

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
        Ended ended = ended("reference");
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
        Ended ended = ended("cpu");
        assertEquals(0, ended.exit, ended.lines.toString());
    }

    /** Only what trains meets the fault, which breaks the device for the rest of its process. */
    @Test
    void aFaultFailsItsPartsAndNoOther() throws Exception {
        Gpu.assumeBuilt();
        Ended ended = ended("fault");
        assertEquals(1, ended.exit, ended.lines.toString());
        assertEquals("failed", ended.certificate.path("verdict").asText());
        for (Part part : List.of(Part.DOCTOR, Part.KERNELS, Part.CONFORMANCE)) {
            assertEquals("passed", ended.status(part), ended.of(part).toString());
        }
        for (Part part : List.of(Part.DETERMINISM, Part.TRAINING)) {
            String status = ended.status(part);
            assertTrue(List.of("failed", "crashed").contains(status), ended.of(part).toString());
            assertTrue(ended.of(part).toString().contains("ILLEGAL_ADDRESS"), part.label());
        }
        assertEquals("not run", ended.status(Part.LEAK), "it was not asked for");
    }

    @Test
    void aDeviceThatIsNotThereIsNotCertified() throws Exception {
        Ended ended = ended("absent");
        assertEquals(1, ended.exit, ended.lines.toString());
        assertEquals("failed", ended.status(Part.DOCTOR));
        assertEquals("not run", ended.status(Part.KERNELS));
    }

    private static Ended certify(
            String name, String device, Map<String, String> environment, String... words)
            throws Exception {
        Path out = folder.resolve(name);
        List<String> command = new ArrayList<>(ChildJava.command());
        command.add("-Dretrograd.cache=" + Path.of("target", "cache").toAbsolutePath());
        command.addAll(SHORT_LIVED);
        command.addAll(Stream.of(words).filter(word -> word.startsWith("-D")).toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "certify", "--device", device));
        command.addAll(List.of("--minutes", MINUTES, "--out", out.toString()));
        command.addAll(Stream.of(words).filter(word -> !word.startsWith("-D")).toList());
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
