package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.OpenOptions;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The site's numbers and pictures of the demonstrations are what the commands give.
 *
 * <p>The quick ones run always; all of them with {@code -Dretrograd.gallery=all}, and with {@code
 * -Dretrograd.gallery=write} their numbers and pictures take the places of the site's; {@code
 * -Dretrograd.demo=depth,overfit} chooses some.
 */
class GalleryTest {
    private static final String WANTED = System.getProperty("retrograd.gallery", "quick");
    private static final String ONLY = System.getProperty("retrograd.demo", "");
    private static final Path PAGE = Path.of("src/site/markdown/demos.md");
    private static final Path IMAGES = Path.of("src/site/resources/images");
    private static final Path NUMBERS = Path.of("src/site/resources/numbers");
    private static final int WIDTH = 960;

    /** The problem whose picture the page shows, of those that there are. */
    private static final String PICTURED = "spiral";

    private static final int QUICK_SECONDS = 3;

    /** Of longer lists, which are courses by step or clouds of points, only the last is kept. */
    private static final int LONGEST_LIST = 16;

    /**
     * Of the digits after the point: an instruction set rounds its own way, and training goes on
     * from there.
     */
    private static final double REFERENCE = 1e-6;

    private static final double FLOAT32 = 0.06;

    /** A share, as in 98.3 %, or a number with a point. */
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])(\\d+\\.\\d+)( %)?");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A demonstration and one of its problems, or none. */
    record Shown(Demo demo, String variant) {
        static Stream<Shown> of(Demo demo) {
            return demo.variants().isEmpty()
                    ? Stream.of(new Shown(demo, ""))
                    : demo.variants().stream().map(it -> new Shown(demo, it));
        }

        Path numbers() {
            return NUMBERS.resolve(
                    demo.name() + (variant.isEmpty() ? "" : "-" + variant) + ".json");
        }

        boolean pictured() {
            return variant.isEmpty() || variant.equals(PICTURED);
        }

        @Override
        public String toString() {
            return demo.name() + " " + variant;
        }
    }

    static Stream<Demo> demos() {
        return Demos.all().stream();
    }

    static Stream<Shown> wanted() {
        return demos().filter(it -> ONLY.isEmpty() || List.of(ONLY.split(",")).contains(it.name()))
                .filter(it -> !WANTED.equals("quick") || it.seconds() <= QUICK_SECONDS)
                .flatMap(Shown::of);
    }

    @ParameterizedTest
    @MethodSource("wanted")
    void theCommandGivesTheNumbers(Shown shown) throws IOException {
        Demo.Result result = run(shown);
        JsonNode found = shortened(JSON.readTree(JSON.writeValueAsString(result.numbers())));
        if (WANTED.equals("write")) {
            write(shown, found, result);
        }
        Map<String, JsonNode> expected = leaves(JSON.readTree(Files.readString(shown.numbers())));
        Map<String, JsonNode> actual = leaves(found);
        assertEquals(expected.keySet(), actual.keySet());
        double tolerance = exact(shown.demo) ? REFERENCE : FLOAT32;
        expected.forEach(
                (where, number) -> {
                    if (number.isNumber()) {
                        double value = number.asDouble();
                        double allowed = tolerance * Math.max(1, Math.abs(value));
                        assertEquals(value, actual.get(where).asDouble(), allowed, where);
                    } else {
                        assertEquals(number, actual.get(where), where);
                    }
                });
    }

    /**
     * Each is a number of the demonstration, or a mean of several, in the digits that are shown.
     */
    @ParameterizedTest
    @MethodSource("demos")
    void thePageShowsTheNumbers(Demo demo) throws IOException {
        List<Double> given = new ArrayList<>();
        for (Shown shown : Shown.of(demo).toList()) {
            collect(JSON.readTree(Files.readString(shown.numbers())), given);
        }
        double rounding = exact(demo) ? 0 : FLOAT32 / 2;
        List<String> strange = new ArrayList<>();
        for (MatchResult shown : NUMBER.matcher(section(demo)).results().toList()) {
            double unit = shown.group(2) == null ? 1 : 100;
            int digits = shown.group(1).length() - shown.group(1).indexOf('.') - 1;
            double half = 0.5 * Math.pow(10, -digits) * (1 + 1e-9) / unit;
            double value = Double.parseDouble(shown.group(1)) / unit;
            double allowed = half + rounding * Math.max(1, value);
            if (given.stream().noneMatch(it -> Math.abs(it - value) <= allowed)) {
                strange.add(shown.group());
            }
        }
        assertEquals(List.of(), strange);
    }

    @Test
    void eachHasAPictureOnThePage() throws IOException {
        for (Demo demo : Demos.all()) {
            assertTrue(section(demo).contains("](images/demo-" + demo.name()), demo.name());
        }
    }

    private static Demo.Result run(Shown shown) {
        String device = exact(shown.demo) ? "reference" : "cpu";
        String precision = Backends.provider(device).precisions().get(0);
        OpenOptions options = OpenOptions.of(precision).deterministic(true);
        try (Backend backend = Backends.open(device, options)) {
            PrintWriter account = new PrintWriter(new StringWriter());
            return shown.demo.run(
                    new Context(
                            backend, /* seed= */ 1, shown.variant, /* quick= */ false, account));
        }
    }

    private static boolean exact(Demo demo) {
        return demo.device().equals("reference");
    }

    private static void write(Shown shown, JsonNode numbers, Demo.Result result)
            throws IOException {
        Files.createDirectories(NUMBERS);
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(numbers);
        Files.writeString(shown.numbers(), text + "\n");
        for (var picture : result.pictures().entrySet()) {
            Path image = IMAGES.resolve("demo-" + picture.getKey() + ".png");
            if (Files.exists(image) && shown.pictured()) {
                byte[] large = picture.getValue().get().png();
                BufferedImage small = reduced(ImageIO.read(new ByteArrayInputStream(large)));
                ImageIO.write(small, "png", image.toFile());
            }
        }
    }

    /** What the page says of one, from its anchor to the next. */
    private static String section(Demo demo) throws IOException {
        String text = Files.readString(PAGE);
        String anchor = "<a id=\"" + demo.name() + "\"></a>";
        int start = text.indexOf(anchor) + anchor.length();
        int end = text.indexOf("<a id=", start);
        return text.substring(start, end < 0 ? text.length() : end);
    }

    private static JsonNode shortened(JsonNode node) {
        if (node instanceof ArrayNode list
                && list.size() > LONGEST_LIST
                && !list.get(0).isObject()) {
            JsonNode last = list.get(list.size() - 1);
            list.removeAll().add(last);
        }
        node.forEach(GalleryTest::shortened);
        return node;
    }

    private static Map<String, JsonNode> leaves(JsonNode node) {
        Map<String, JsonNode> found = new TreeMap<>();
        collect("", node, found);
        return found;
    }

    /** All numbers, and the means of those that stand at the same place in the items of a list. */
    private static void collect(JsonNode node, List<Double> found) {
        if (node.isNumber()) {
            found.add(node.asDouble());
        }
        if (node.isArray() && !node.isEmpty()) {
            leaves(node.get(0)).keySet().stream()
                    .map(place -> mean(node, place))
                    .filter(Double::isFinite)
                    .forEach(found::add);
        }
        node.forEach(child -> collect(child, found));
    }

    private static double mean(JsonNode list, String place) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(item -> item.at(place).asDouble(Double.NaN))
                .average()
                .orElse(Double.NaN);
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> found) {
        if (node.isValueNode()) {
            found.put(path, node);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(path + "/" + i, node.get(i), found);
            }
        } else {
            node.properties()
                    .forEach(it -> collect(path + "/" + it.getKey(), it.getValue(), found));
        }
    }

    /** Halved again and again, then brought to the page's width: each pixel counts. */
    private static BufferedImage reduced(BufferedImage image) {
        BufferedImage now = image;
        while (now.getWidth() > WIDTH) {
            int width = Math.max(WIDTH, now.getWidth() / 2);
            int height = Math.round((float) now.getHeight() * width / now.getWidth());
            BufferedImage next = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = next.createGraphics();
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(now, 0, 0, width, height, null);
            graphics.dispose();
            now = next;
        }
        return now;
    }
}
