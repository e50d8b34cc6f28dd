package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.plot.Sheet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every demonstration. */
class DemosTest {
    /** Three minutes are the most that one may take. */
    private static final int LONGEST = 180;

    static List<Demo> demos() {
        return Demos.all();
    }

    static Stream<Arguments> networks() {
        return Demos.all().stream()
                .flatMap(
                        demo ->
                                demo.networks().entrySet().stream()
                                        .map(
                                                n ->
                                                        Arguments.of(
                                                                demo.name(),
                                                                n.getKey(),
                                                                n.getValue())));
    }

    @ParameterizedTest
    @MethodSource("demos")
    void theSameSeedGivesTheSameNumbersAndPictures(Demo demo) throws Exception {
        Demonstrated first = Demonstrated.quick(demo);
        Demonstrated second = Demonstrated.quick(demo);
        assertEquals(first.numbers(), second.numbers());
        assertEquals(first.account(), second.account());
        assertFalse(first.pictures().isEmpty());
        for (Map.Entry<String, Supplier<Sheet>> picture : first.pictures().entrySet()) {
            assertTrue(picture.getKey().startsWith(demo.name()), picture.getKey());
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(picture.getValue().get().png()));
            assertTrue(image.getWidth() > 500 && image.getHeight() > 200, picture.getKey());
            assertTrue(inked(image) > 0.01, picture.getKey() + " is empty");
        }
        JsonNode other = Demonstrated.quick(demo, /* seed= */ 2, variant(demo)).numbers();
        assertFalse(other.equals(first.numbers()), "another seed gives other numbers");
    }

    private static String variant(Demo demo) {
        return demo.variants().isEmpty() ? "" : demo.variants().get(0);
    }

    /** The share of pixels that are not white. */
    private static double inked(BufferedImage image) {
        long inked = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                inked += (image.getRGB(x, y) & 0xFFFFFF) == 0xFFFFFF ? 0 : 1;
            }
        }
        return inked / ((double) image.getWidth() * image.getHeight());
    }

    @ParameterizedTest
    @MethodSource("demos")
    void describesItself(Demo demo) {
        assertTrue(demo.name().matches("[a-z]+"), demo.name());
        assertTrue(demo.seconds() > 0 && demo.seconds() <= LONGEST, demo.name());
        assertTrue(demo.line().length() < 100 && !demo.line().endsWith("."), demo.line());
        assertFalse(demo.networks().isEmpty(), demo.name());
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyNetworkHasTheRightGradients(String demo, String name, Demo.Checked network) {
        GradientReport report =
                GradientCheck.of(network.network(), network.input())
                        .loss(network.loss())
                        .coordinates(1)
                        .run();
        assertTrue(report.passed(), demo + " " + name + "\n" + report.table());
    }

    @Test
    void namesAreDifferent() {
        assertEquals(Demos.all().size(), Demos.names().stream().distinct().count());
    }
}
