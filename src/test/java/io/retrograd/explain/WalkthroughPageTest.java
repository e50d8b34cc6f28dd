package io.retrograd.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, line by line against what the engine's own numbers give. */
class WalkthroughPageTest {
    private static final List<String> BROWSERS =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    /** What the command prints and the page shows, in lines of words. */
    private static final Pattern SHOWN = Pattern.compile("<(h3|li|tr)\\b[^>]*>(.*?)</\\1>");

    @TempDir private Path folder;

    @Test
    void beginsWithTheNumbersOfTheCommand() throws Exception {
        Path page = folder.resolve("page.html");
        WalkthroughPage.write(page);
        String dom = opened(page, "");
        for (int i = 0; i < WorkedExample.all().size(); i++) {
            assertEquals(printed(WorkedExample.all().get(i)), shown(dom, i + 1));
            assertEquals(WorkedExample.all().get(i).remarks(), remarks(dom, i + 1));
        }
    }

    @Test
    void numbersInTheAddressAreThoseOfTheReference() throws Exception {
        Path page = folder.resolve("page.html");
        WalkthroughPage.write(page);
        String dom =
                opened(
                        page,
                        "#1.input=-1,0.5,2,3&1.0.weight=0.1,-0.7,0.3,2&1.target=-4&1.rate=0.05"
                                + "&2.0.weight=1.5,0.4,-0.2,0.9&2.0.bias=-0.3&2.target=0"
                                + "&2.3.weight=-1.2,0.8&2.3.bias=0.25,-0.5&2.rate=2");
        WorkedExample first = WorkedExample.all().get(0);
        Map<String, List<Double>> weights = new LinkedHashMap<>(first.parameters());
        weights.put("0.weight", List.of(0.1, -0.7, 0.3, 2.0));
        assertEquals(
                printed(with(first, List.of(-1.0, 0.5, 2.0, 3.0), weights, -4, 0.05)),
                shown(dom, 1));
        WorkedExample second = WorkedExample.all().get(1);
        Map<String, List<Double>> more = new LinkedHashMap<>();
        more.put("0.weight", List.of(1.5, 0.4, -0.2, 0.9));
        more.put("0.bias", List.of(-0.3));
        more.put("3.weight", List.of(-1.2, 0.8));
        more.put("3.bias", List.of(0.25, -0.5));
        assertEquals(printed(with(second, second.input(), more, 0, 2)), shown(dom, 2));
        assertTrue(dom.contains("<div hidden=\"\"><p class=\"remark\">"), "not of these numbers");
    }

    /** Below 0 ReLU lets no gradient through; what cannot be read leaves the numbers before. */
    @Test
    void typingComputesAllAgain() throws Exception {
        String typing =
                "<script>const type = (section, name, text) => {"
                        + " const field = document.querySelector(`#${section} input[name='${name}']`);"
                        + " field.value = text; field.dispatchEvent(new Event('input')); };"
                        + " type('example2', '0.bias', '-0.4'); type('example2', 'rate', '-1');"
                        + " type('example1', 'rate', '0.02');"
                        + " document.querySelector('#example1 button').click();</script></body>";
        Path page = folder.resolve("typed.html");
        Files.writeString(page, WalkthroughPage.html().replace("</body>", typing));
        String dom = opened(page, "");
        WorkedExample second = WorkedExample.all().get(1);
        Map<String, List<Double>> parameters = new LinkedHashMap<>(second.parameters());
        parameters.put("0.bias", List.of(-0.4));
        List<String> lines = shown(dom, 2);
        assertEquals(printed(with(second, second.input(), parameters, 1, 0.1)), lines);
        assertTrue(lines.contains("0.weight[0] 0 * 0.2 0 0"), lines.toString());
        assertTrue(dom.contains("learning rate: expected a learning rate above 0, got '-1'"), dom);
        WorkedExample first = WorkedExample.all().get(0);
        Map<String, List<Double>> after = new LinkedHashMap<>();
        after.put("0.weight", List.of(0.5 + 0.11, 0.25 + 0.22, 0.5 + 0.33, 0.25 + 0.44));
        after.put("0.bias", List.of(1.11));
        assertEquals(printed(with(first, first.input(), after, 10, 0.02)), shown(dom, 1));
    }

    @Test
    void needsNothingBesideIt() throws Exception {
        String html = WalkthroughPage.html();
        assertFalse(html.contains("{{"), "a hole is left");
        assertFalse(Pattern.compile("https?:|src=|url\\(|@import|<link").matcher(html).find());
    }

    private static WorkedExample with(
            WorkedExample of,
            List<Double> input,
            Map<String, List<Double>> parameters,
            double target,
            double rate) {
        return new WorkedExample(
                of.title(),
                of.network(),
                input,
                parameters,
                of.loss(),
                target,
                of.lossScale(),
                rate,
                of.remarks());
    }

    /** The lines of the engine's account, without title and remarks. */
    private static List<String> printed(WorkedExample example) {
        StringWriter text = new StringWriter();
        try (Backend backend = Backends.open("reference");
                Walkthrough walkthrough = new Walkthrough(1, example, backend)) {
            walkthrough.print(new PrintWriter(text));
        }
        return text.toString()
                .lines()
                .skip(1)
                .map(line -> line.strip().replaceAll("\\s+", " "))
                .filter(line -> !line.isEmpty() && !example.remarks().contains(line))
                .toList();
    }

    private static List<String> shown(String dom, int number) {
        Matcher lines = SHOWN.matcher(section(dom, number));
        List<String> shown = new ArrayList<>();
        while (lines.find()) {
            shown.add(text(lines.group(2)));
        }
        return shown;
    }

    private static List<String> remarks(String dom, int number) {
        return Pattern.compile("<p class=\"remark\">(.*?)</p>")
                .matcher(section(dom, number))
                .results()
                .map(remark -> text(remark.group(1)))
                .toList();
    }

    private static String section(String dom, int number) {
        int from = dom.indexOf("<section id=\"example" + number + "\"");
        assertTrue(from >= 0, dom);
        return dom.substring(from, dom.indexOf("</section>", from));
    }

    private static String text(String html) {
        return html.replaceAll("<[^>]*>", " ")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&")
                .strip()
                .replaceAll("\\s+", " ");
    }

    /** What a browser makes of a page. */
    private String opened(Path page, String address) throws IOException, InterruptedException {
        Path browser =
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .flatMap(dir -> BROWSERS.stream().map(name -> Path.of(dir, name)))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null);
        assumeTrue(browser != null, "no browser to open the page in: none of " + BROWSERS);
        Path dom = folder.resolve("dom.html");
        Process process =
                new ProcessBuilder(
                                browser.toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--user-data-dir=" + folder.resolve("profile"),
                                "--virtual-time-budget=2000",
                                "--dump-dom",
                                page.toUri() + address)
                        .redirectOutput(dom.toFile())
                        .redirectError(Redirect.DISCARD)
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return Files.readString(dom);
    }
}
