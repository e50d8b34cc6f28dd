package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds maps against PyTorch's, which {@code src/tools/attribution} wrote. */
class TorchAttributionTest {
    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(4, 3).padding(1),
                    new BatchNorm(),
                    new Relu(),
                    new MaxPool2d(2),
                    new Conv2d(6, 3).padding(1),
                    new Relu(),
                    new Flatten(),
                    new Linear(3));

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** Bounds: values near 1 of sums of up to 54 terms; worst 6e-17, 6e-8 and 6e-8. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-15", "cpu, 1e-6", "cuda-standin, 1e-6"})
    void mapsAreTorchs(String device, double bound) throws IOException {
        JsonNode torch;
        try (InputStream file =
                TorchAttributionTest.class.getResourceAsStream("attribution.json")) {
            torch = new ObjectMapper().readTree(file);
        }
        double[] x = numbers(torch.get("x"));
        int target = torch.get("target").asInt();
        try (Backend backend = Backends.open(device);
                Model model = Model.create(NETWORK, Shape.of(3, 6, 6), backend, 1);
                Attribution on = Attribution.of(model)) {
            torch.get("parameters")
                    .properties()
                    .forEach(e -> model.setParameter(e.getKey(), numbers(e.getValue())));
            assertArrayEquals(numbers(torch.get("logits")), model.predict(x), bound);
            same(torch.get("saliency"), on.explain(new Saliency(), x, target), bound);
            int places = torch.get("intervals").asInt() + 1;
            IntegratedGradients all = new IntegratedGradients().tolerance(1e-9).most(places);
            same(torch.get("integrated_gradients"), on.explain(all, x, target), bound);
            ActivationMap map = new GradCam().map(on, x, target);
            assertEquals("5", map.layer());
            assertArrayEquals(numbers(torch.get("grad_cam_small")), map.values(), bound);
            same(torch.get("grad_cam"), on.explain(new GradCam(), x, target), bound);
        }
    }

    private static void same(JsonNode expected, Explanation map, double bound) {
        assertArrayEquals(numbers(expected), map.values(), bound, map.method());
    }
}
