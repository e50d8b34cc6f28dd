package io.retrograd.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Holds average precisions against those of pycocotools, which {@code src/tools/detection} wrote.
 */
class MeanAveragePrecisionTest {
    /** Sums of up to 40,000 numbers up to 1 in another order. */
    private static final double ROUNDING = 1e-12;

    @Test
    void numbersAreCocos() throws IOException {
        JsonNode cases;
        try (InputStream file = getClass().getResourceAsStream("coco.json")) {
            cases = new ObjectMapper().readTree(file);
        }
        assertEquals(12, cases.size());
        for (JsonNode drawn : cases) {
            MeanAveragePrecision map = new MeanAveragePrecision(drawn.get("classes").asInt());
            for (JsonNode picture : drawn.get("pictures")) {
                List<Detection> found = new ArrayList<>();
                for (JsonNode f : picture.get("found")) {
                    found.add(new Detection(f.get(0).asInt(), f.get(1).asDouble(), box(f, 2)));
                }
                List<LabelledBox> truth = new ArrayList<>();
                for (JsonNode t : picture.get("truth")) {
                    truth.add(new LabelledBox(t.get(0).asInt(), box(t, 1)));
                }
                map.add(found, truth);
            }
            assertEquals(drawn.get("mean").asDouble(), map.mean(), ROUNDING);
            assertEquals(drawn.get("at50").asDouble(), map.at(0.5), ROUNDING);
            assertEquals(drawn.get("at75").asDouble(), map.at(0.75), ROUNDING);
        }
    }

    private static Box box(JsonNode numbers, int first) {
        double x = numbers.get(first).asDouble();
        double y = numbers.get(first + 1).asDouble();
        return Box.between(
                x, y, x + numbers.get(first + 2).asDouble(), y + numbers.get(first + 3).asDouble());
    }

    @Test
    void whatDoesNotOccurDoesNotCount() {
        MeanAveragePrecision map = new MeanAveragePrecision(3);
        assertTrue(Double.isNaN(map.mean()));
        Box box = new Box(0.5, 0.5, 0.25, 0.25);
        map.add(List.of(new Detection(1, 0.5, box)), List.of(new LabelledBox(1, box)));
        assertEquals(1, map.mean());
        map.add(List.of(new Detection(2, 0.9, box)), List.of());
        assertEquals(1, map.mean());
        // A surer one that is wrong halves the precision.
        map.add(List.of(new Detection(1, 0.9, box)), List.of());
        assertEquals(0.5, map.mean());
    }
}
