package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Layer;
import io.retrograd.train.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method gives the reference's map on every device. */
@Tag("slow")
class DevicesAgreeTest {
    /** Of the largest value, in float32, of sums and quotients down eight layers; worst 2.5e-6. */
    private static final double BOUND = 5e-5;

    private static Map<String, double[]> maps(String device, Layer network) {
        Map<String, double[]> maps = new LinkedHashMap<>();
        try (Backend backend = Backends.open(device);
                Model model = Networks.model(network, backend, 3);
                Attribution on = Attribution.of(model)) {
            for (Method method : Methods.all()) {
                maps.put(method.name(), on.explain(method, Networks.image(5), 1).values());
            }
        }
        return maps;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda-standin"})
    void mapsAreTheReferences(String device) {
        for (Layer network : List.of(Networks.CONVOLUTIONS, Networks.RESIDUAL)) {
            Map<String, double[]> found = maps(device, network);
            maps("reference", network)
                    .forEach(
                            (method, expected) -> {
                                double[] sizes = Numbers.magnitudes(expected);
                                double largest = sizes[Numbers.top(sizes)];
                                assertArrayEquals(
                                        expected, found.get(method), BOUND * largest, method);
                            });
        }
    }
}
