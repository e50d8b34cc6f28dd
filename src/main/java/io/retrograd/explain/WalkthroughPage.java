package io.retrograd.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.file.WholeFile;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The worked examples as one page that needs nothing beside it. It computes what {@link
 * Walkthrough} prints, in the browser, for any numbers.
 */
public final class WalkthroughPage {
    private static final String TEMPLATE = "walkthrough.html";
    private static final String HOLE = "{{EXAMPLES}}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private WalkthroughPage() {}

    /**
     * Writes the page.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file) throws IOException {
        WholeFile.write(file, html());
    }

    static String html() throws JsonProcessingException {
        List<Map<String, Object>> examples =
                WorkedExample.all().stream().map(WalkthroughPage::example).toList();
        // So that no text can end the script's element.
        String json = JSON.writeValueAsString(examples).replace("<", "\\u003c");
        return template().replace(HOLE, json);
    }

    private static Map<String, Object> example(WorkedExample example) {
        boolean classes = example.loss() instanceof CrossEntropy;
        List<Map<String, String>> layers = layers(example.network());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("title", example.title());
        map.put("input", example.input());
        map.put("parameters", example.parameters());
        map.put("layers", layers);
        map.put("loss", example.loss().getClass().getSimpleName());
        String last = layers.get(layers.size() - 1).getOrDefault("bias", "");
        map.put("classes", classes ? example.parameters().getOrDefault(last, List.of()).size() : 0);
        map.put("target", example.target());
        map.put("scale", example.lossScale());
        map.put("rate", example.learningRate());
        map.put("remarks", example.remarks());
        return map;
    }

    /** What the page computes, in order: products of weights and inputs, and ReLU. */
    private static List<Map<String, String>> layers(Layer network) {
        List<Map<String, String>> layers = new ArrayList<>();
        int place = 0;
        for (Layer layer : ((Sequential) network).layers()) {
            String name = layer.getClass().getSimpleName();
            if (layer instanceof Relu) {
                layers.add(Map.of("kind", "relu", "name", name));
            } else if (layer instanceof Conv2d || layer instanceof Linear) {
                layers.add(
                        Map.of(
                                "kind",
                                "product",
                                "name",
                                name,
                                "weight",
                                place + ".weight",
                                "bias",
                                place + ".bias"));
            } else if (!(layer instanceof Flatten)) {
                throw new IllegalStateException(
                        "walkthrough: expected a layer that the page computes, got " + layer);
            }
            place++;
        }
        return layers;
    }

    private static String template() {
        try (InputStream resource = WalkthroughPage.class.getResourceAsStream(TEMPLATE)) {
            if (resource == null) {
                throw new IllegalStateException(
                        "walkthrough: expected the resource " + TEMPLATE + ", found none");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("walkthrough: " + TEMPLATE, e);
        }
    }
}
