package io.retrograd.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it; skipped where there is none. */
class PageInBrowserTest {
    private static final Path PICTURES = Path.of("target", "serve");

    @TempDir private Path profile;

    @Test
    void aDroppedPictureIsAnswered() throws Exception {
        Path program = Chromium.program();
        assumeTrue(program != null, "no Chromium on the PATH, so no page is looked at");
        try (Small small = new Small(Limits.USUAL);
                Chromium browser = new Chromium(Objects.requireNonNull(program), profile)) {
            browser.screen(1100, 900, /* phone= */ false, "light");
            browser.open(small.uri("/"));
            browser.drop("notes.txt", "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
            browser.await("document.getElementById('state').className === 'bad'");
            assertTrue(text(browser, "state").contains("expected a PNG, JPEG"));
            // A refusal stands in the browser's log too.
            browser.complaints.removeIf(complaint -> complaint.contains("status of 400"));

            byte[] file = Small.picture();
            JsonNode answer = new ObjectMapper().readTree(small.post(file).body());
            browser.drop("pear.png", "image/png", file);
            browser.await("!document.getElementById('answer').hidden");
            assertEquals("", text(browser, "state"));
            String best = answer.get("label").asText();
            assertTrue(text(browser, "best").startsWith(best + ", "), text(browser, "best"));
            assertEquals(3, browser.value("document.querySelectorAll('#bars li').length").asInt());
            assertEquals(0, browser.value("document.querySelectorAll('b').length").asInt());
            assertEquals(5, browser.value("document.querySelectorAll('#near img').length").asInt());
            browser.await(
                    "[...document.querySelectorAll('img')].every(i => i.complete &&"
                            + " i.naturalWidth > 1)");
            double width = browser.value("document.querySelector('.bar div').offsetWidth").asInt();
            double whole = browser.value("document.querySelector('.bar').offsetWidth").asInt();
            assertEquals(answer.get("probability").asDouble(), width / whole, 0.01);
            look(browser);
            assertEquals(List.of(), List.copyOf(browser.complaints));
        }
    }

    private static String text(Chromium browser, String id) {
        return browser.value("document.getElementById('" + id + "').textContent").asText();
    }

    /** On a desk and on a phone, by day and by night: nothing is wider than the screen. */
    private static void look(Chromium browser) throws Exception {
        for (String scheme : List.of("light", "dark")) {
            for (int width : new int[] {1100, 390}) {
                boolean phone = width < 500;
                browser.screen(width, 900, phone, scheme);
                int needed = browser.value("document.documentElement.scrollWidth").asInt();
                assertTrue(needed <= width, needed + " of " + width);
                String camera = "getComputedStyle(document.querySelector('.camera')).display";
                assertEquals(phone ? "inline" : "none", browser.value(camera).asText());
                browser.screenshot(PICTURES.resolve(scheme + "-" + width + ".png"));
            }
        }
    }
}
