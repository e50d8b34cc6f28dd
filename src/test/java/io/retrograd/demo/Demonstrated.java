package io.retrograd.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.plot.Sheet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.function.Supplier;

/** A demonstration that ran small on the reference: its numbers, account and pictures. */
record Demonstrated(JsonNode numbers, String account, Map<String, Supplier<Sheet>> pictures) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Demonstrated quick(Demo demo, long seed, String variant) {
        StringWriter account = new StringWriter();
        try (Backend backend = Backends.open("reference")) {
            Context context =
                    new Context(
                            backend, seed, variant, /* quick= */ true, new PrintWriter(account));
            Demo.Result result = demo.run(context);
            return new Demonstrated(
                    JSON.valueToTree(result.numbers()), account.toString(), result.pictures());
        }
    }

    static Demonstrated quick(Demo demo) {
        return quick(demo, /* seed= */ 1, demo.variants().isEmpty() ? "" : demo.variants().get(0));
    }

    double number(String pointer) {
        JsonNode node = numbers.at(pointer);
        if (!node.isNumber()) {
            throw new AssertionError("expected a number at " + pointer + ", got " + node);
        }
        return node.asDouble();
    }
}
