package io.retrograd.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Add;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The boxes and arrows of a picture, read back from its SVG. */
class NetworkPlotTest {
    private static final Graph NETWORK =
            Graph.of("le_ft", "right")
                    .node("tower", new Linear(4), "le_ft")
                    .shared("other", "tower", "right")
                    .node("sum", new Add(), "tower", "other")
                    .node("__bold__", new Tanh(), "sum")
                    .outputs("__bold__", "sum");

    private static final Map<String, Shape> INPUTS =
            Map.of("le_ft", Shape.of(2, 3), "right", Shape.of(2, 3));

    @Test
    void showsEachOperationOnceAndEachTensorAsAnArrow() throws Exception {
        byte[] svg;
        try (Backend backend = Backends.open("reference")) {
            svg = NetworkPlot.svg(NETWORK, INPUTS, backend);
        }
        Document picture =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg));
        List<String> texts = texts(picture);
        // Both towers go by the name of the parameters that they share.
        assertEquals(2, count(texts, "Linear"));
        assertEquals(2, count(texts, "tower"));
        for (String once : List.of("le_ft", "right", "Add", "Tanh")) {
            assertEquals(1, count(texts, once), once + " in " + texts);
        }
        // A box for the operation, and one for the output.
        assertEquals(2, count(texts, "__bold__"));
        assertEquals(2, count(texts, "sum"));
        assertEquals(2, count(texts, "(2, 3)"));
        assertEquals(6, count(texts, "(2, 4)"));
        assertEquals(7, links(picture));
    }

    @Test
    void refusesInputsThatDoNotFit() {
        try (Backend backend = Backends.open("reference")) {
            Map<String, Shape> wrong = Map.of("le_ft", Shape.of(2, 3));
            assertThrows(
                    IllegalArgumentException.class, () -> NetworkPlot.svg(NETWORK, wrong, backend));
        }
    }

    private static long count(List<String> texts, String text) {
        return texts.stream().filter(text::equals).count();
    }

    private static List<String> texts(Document picture) {
        NodeList nodes = picture.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().replace('\u00a0', ' '));
        }
        assertTrue(!texts.isEmpty());
        return texts;
    }

    private static int links(Document picture) {
        NodeList groups = picture.getElementsByTagName("g");
        int links = 0;
        for (int i = 0; i < groups.getLength(); i++) {
            links += ((Element) groups.item(i)).getAttribute("class").equals("link") ? 1 : 0;
        }
        return links;
    }
}
