package io.retrograd.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.train.LayerTime;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The page of a run: well-formed, with nothing from outside, true to the files, all escaped. */
class ReportPageTest {
    private static final String EVIL = "<script>alert('&\"')</script>";

    /** Every element that refers to something. */
    private static final Pattern REFERENCE =
            Pattern.compile("(src|href|url\\(|@import|srcset|action)\\s*=?\\s*[\"']?([^\"')>]*)");

    @TempDir private Path folder;

    private static Document parse(String page) throws SAXException, IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(page)));
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Element> of(Document page, String tag, String cssClass) {
        NodeList all = page.getElementsByTagName(tag);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (List.of(element.getAttribute("class").split(" ")).contains(cssClass)) {
                found.add(element);
            }
        }
        return found;
    }

    /** Everything that a page can show, with markup wherever a name can stand. */
    private static Measured measured() {
        Picture picture = Picture.of("sample 3 " + EVIL, 2, 2, 1, new byte[] {0, 1, 2, 3});
        return new Measured(
                Map.of("model", EVIL, "data set", EVIL, EVIL, EVIL),
                List.of(EVIL, "b"),
                List.of(new StepMean(2, 0.5, 2.0, 0.1), new StepMean(2, 1, 1.0, 0.05)),
                List.of(
                        new GradientNorms(1, Map.of(EVIL + ".weight", 3.0, EVIL + ".bias", 4.0)),
                        new GradientNorms(2, Map.of(EVIL + ".weight", 0.0, EVIL + ".bias", 0.0))),
                List.of(new LayerTime(EVIL, EVIL, 0.001, 0.003)),
                new Kernels(EVIL, false, List.of(picture)),
                4,
                List.of(new Mistake(3, 0, 1, 0.75, 0.25, picture, EVIL)),
                new TestResult(5, Map.of(EVIL, 0.5), picture),
                EVIL);
    }

    private void run(String... history) throws IOException {
        Files.writeString(
                folder.resolve("history.jsonl"), String.join("\n", history).stripTrailing() + "\n");
    }

    private String page() throws IOException {
        return Files.readString(ReportPage.write(folder));
    }

    @Test
    void whateverStandsInTheFilesIsEscaped() throws Exception {
        run("{\"epoch\":1,\"loss\":1.5,\"accuracy\":0.5,\"learning_rate\":0.1}");
        Files.writeString(
                folder.resolve("summary.json"),
                "{\"test_accuracy\":0.5,\"end\":\"<script>\",\"confusion\":[[1,1],[0,2]]}");
        Run.write(folder, measured());
        String page = page();
        Document document = parse(page);
        assertEquals(0, document.getElementsByTagName("script").getLength(), page);
        assertFalse(page.contains("<script"), page);
        assertTrue(page.contains("<title>epoch 1: 5.0000</title>"), page);
        assertTrue(page.contains("75.0\u00A0% against 25.0\u00A0%"), page);
        assertTrue(page.contains("One training step without its update, 4.00 ms"), page);
        assertTrue(of(document, "blockquote", "").get(0).getTextContent().contains(EVIL));
        assertEquals(
                EVIL + " on " + EVIL, document.getElementsByTagName("h1").item(0).getTextContent());
    }

    @Test
    void nothingComesFromOutside() throws Exception {
        run("{\"epoch\":1,\"loss\":1.5}");
        Run.write(folder, measured());
        String page = page();
        assertFalse(page.contains("http:") || page.contains("https:"), page);
        int references = 0;
        var found = REFERENCE.matcher(page);
        while (found.find()) {
            references++;
            assertTrue(found.group(2).startsWith("data:image/png;base64,"), found.group());
        }
        assertEquals(3, references);
    }

    @Test
    void theCurvesAreTheHistory() throws Exception {
        run(
                "{\"epoch\":1,\"loss\":4,\"accuracy\":0.5,\"validation_loss\":3,"
                        + "\"validation_accuracy\":0.25,\"learning_rate\":0.1,\"seconds\":2}",
                "{\"audit\":\"Conv2d\",\"step\":7}",
                "{\"epoch\":2,\"loss\":9}",
                "{\"epoch\":2,\"loss\":2,\"accuracy\":1,\"validation_loss\":2.5,"
                        + "\"validation_accuracy\":0.75,\"learning_rate\":0.1,\"seconds\":2}",
                "");
        Files.writeString(
                folder.resolve("history.jsonl"),
                "{\"epoch\":3,\"loss\":77",
                StandardOpenOption.APPEND);
        Document page = parse(page());
        List<String> titles = new ArrayList<>();
        of(page, "circle", "dot").stream()
                .map(Element::getTextContent)
                .filter(title -> !title.isEmpty())
                .forEach(titles::add);
        assertEquals(
                List.of(
                        "training, epoch 1: 4.0000",
                        "training, epoch 2: 2.0000",
                        "validation, epoch 1: 3.0000",
                        "validation, epoch 2: 2.5000",
                        "training, epoch 1: 0.5000",
                        "training, epoch 2: 1.0000",
                        "validation, epoch 1: 0.2500",
                        "validation, epoch 2: 0.7500"),
                titles);
        // The axis goes from 2 to 4: the first loss is at its upper end, the last at its lower.
        List<Element> dots =
                of(page, "circle", "dot").stream()
                        .filter(dot -> !dot.getTextContent().isEmpty())
                        .toList();
        assertEquals("10", dots.get(0).getAttribute("cy"));
        assertEquals("210", dots.get(1).getAttribute("cy"));
        assertEquals("466", dots.get(1).getAttribute("cx"));
    }

    @Test
    void theConfusionIsTheSummarys() throws Exception {
        Files.writeString(
                folder.resolve("summary.json"),
                "{\"model\":\"m\",\"dataset\":\"d\",\"confusion\":[[7,0,1],[0,4,0],[2,0,0]]}");
        Document page = parse(page());
        assertEquals(
                List.of("7", "4"),
                of(page, "td", "right").stream().map(Element::getTextContent).toList());
        assertEquals(
                List.of("1", "2"),
                of(page, "td", "wrong").stream().map(Element::getTextContent).toList());
        assertEquals(
                List.of("87.5 %", "100.0 %", "0.0 %"),
                of(page, "td", "recall").stream().map(Element::getTextContent).toList());
        assertEquals(
                List.of("2 → 0 2", "0 → 2 1"),
                of(page, "span", "pair").stream().map(Element::getTextContent).toList());
        assertEquals("--s:100%", of(page, "td", "wrong").get(1).getAttribute("style"));
    }

    /** A folder of an older version, of a run of one epoch, of one that was stopped at once. */
    @Test
    void everyPartMayBeMissing() throws Exception {
        run("{\"epoch\":1,\"loss\":1.5,\"accuracy\":0.5}");
        parse(page());
        Files.delete(folder.resolve("history.jsonl"));
        Files.writeString(folder.resolve("summary.json"), "{}");
        parse(page());
        Files.delete(folder.resolve("summary.json"));
        Files.writeString(folder.resolve(Measured.FILE), "{\"later\":1}");
        parse(page());
        Files.delete(folder.resolve(Measured.FILE));
        assertThrows(IllegalArgumentException.class, () -> ReportPage.write(folder));
    }

    @Test
    void numbersThatAreNoneAreLeftOut() throws Exception {
        run(
                "{\"epoch\":1,\"loss\":\"NaN\",\"accuracy\":0.5}",
                "{\"epoch\":2,\"loss\":\"Infinity\",\"accuracy\":0.5}");
        Run.write(
                folder,
                new Measured(
                        Map.of(),
                        List.of(),
                        List.of(new StepMean(1, 1, Double.NaN, 1)),
                        List.of(new GradientNorms(1, Map.of("w", Double.NaN))),
                        List.of(),
                        null,
                        1,
                        List.of(),
                        null,
                        null));
        String page = page();
        parse(page);
        assertFalse(Pattern.compile("(d|cx|cy|width|opacity)=\"[^\"]*NaN").matcher(page).find());
    }

    @Test
    void whatIsNoRunIsRefusedInALine() throws IOException {
        Files.writeString(folder.resolve("history.jsonl"), "no json\n");
        IOException e = assertThrows(IOException.class, () -> ReportPage.write(folder));
        assertTrue(e.getMessage().contains("history.jsonl: expected JSON"), e.getMessage());
        Files.writeString(folder.resolve("history.jsonl"), "");
        Files.writeString(folder.resolve(Measured.FILE), "[1]");
        e = assertThrows(IOException.class, () -> ReportPage.write(folder));
        assertTrue(e.getMessage().contains("report.json: expected"), e.getMessage());
        for (String broken :
                List.of(
                        "{\"settings\":{\"a\":null}}",
                        "{\"gradients\":[{}]}",
                        "{\"gradients\":[null]}",
                        "{\"times\":[{\"layer\":\"a\"}]}",
                        "{\"kernels\":{}}",
                        "{\"mistakes\":[{\"picture\":{}}]}")) {
            Files.writeString(folder.resolve(Measured.FILE), broken);
            e = assertThrows(IOException.class, () -> ReportPage.write(folder), broken);
            assertTrue(e.getMessage().contains("report.json: expected"), e.getMessage());
        }
        assertFalse(Files.exists(folder.resolve(ReportPage.FILE)));
    }
}
