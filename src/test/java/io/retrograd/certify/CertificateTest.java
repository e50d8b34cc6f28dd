package io.retrograd.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What a certificate says, in its three forms. */
class CertificateTest {
    private static final Trial PASSED =
            new Trial("linear(4, 5)", "float32", 7L, Status.PASSED, 2e-7, "fine");
    private static final Trial FAILED =
            new Trial("a <b> & \"c\" \u0001", "float32", null, Status.FAILED, 0.5, "wrong\u0000");

    private static Certificate of(PartResult... parts) {
        return new Certificate(
                "1", "cpu", Instant.EPOCH, 10, Map.of("CPU", "an <old> one"), List.of(parts));
    }

    private static PartResult part(Status status, Trial... trials) {
        return new PartResult(
                Part.GRADIENTS, status, 1.5, 2, List.of(trials), "", List.of("said\u0007"), null);
    }

    @Test
    void passesWhereAPartPassedAndNoneFailed() {
        PartResult notRun = PartResult.notRun(Part.RECOVERY, "there is none");
        assertTrue(of(part(Status.PASSED, PASSED), notRun).passed());
        assertFalse(of(part(Status.PASSED, PASSED), part(Status.FAILED, FAILED)).passed());
        assertFalse(of(part(Status.PASSED, PASSED), part(Status.CRASHED)).passed());
        assertFalse(of(notRun).passed());
    }

    @Test
    void theVerdictNamesWhatFailed() {
        assertEquals(
                "cpu: NOT certified: 1 parts passed, 1 failed, 0 not run (failed: gradients)",
                of(part(Status.PASSED, PASSED), part(Status.FAILED, FAILED)).verdict());
    }

    @Test
    void jsonHoldsEachTrialWithItsSeed() throws Exception {
        JsonNode root =
                new ObjectMapper()
                        .readTree(CertificateFiles.json(of(part(Status.FAILED, PASSED, FAILED))));
        assertEquals("failed", root.path("verdict").asText());
        JsonNode part = root.path("parts").get(0);
        assertEquals(0.5, part.path("worst_error").asDouble());
        assertEquals(7, part.path("trials").get(0).path("seed").asLong());
        assertEquals("failed", part.path("trials").get(1).path("status").asText());
    }

    @Test
    void xmlIsJUnits() throws Exception {
        String text = JUnitXml.of(of(part(Status.FAILED, PASSED, FAILED), part(Status.CRASHED)));
        Document xml =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(text)));
        assertEquals(2, xml.getElementsByTagName("testsuite").getLength());
        assertEquals(3, xml.getElementsByTagName("testcase").getLength());
        assertEquals(1, xml.getElementsByTagName("failure").getLength());
        assertEquals(1, xml.getElementsByTagName("error").getLength());
    }

    @Test
    void thePageEscapesWhatItShows() {
        String page = CertificatePage.of(of(part(Status.FAILED, PASSED, FAILED)));
        assertTrue(page.contains("a &lt;b&gt; &amp; &quot;c&quot;"), page);
        assertTrue(page.contains("an &lt;old&gt; one"), page);
        assertTrue(page.contains("NOT certified"), page);
        assertFalse(page.contains("{{"), page);
    }
}
