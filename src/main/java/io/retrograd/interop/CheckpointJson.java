package io.retrograd.interop;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.retrograd.train.ConfusionMatrix;
import io.retrograd.train.TrainingProgress;
import java.io.IOException;

/** The part of a checkpoint that people can read, as JSON. */
final class CheckpointJson {
    private static final int MOST_CLASSES = 1 << 14;
    private static final int CELL = 3;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(ConfusionMatrix.class, new ToCells())
                                    .addDeserializer(ConfusionMatrix.class, new FromCells()))
                    .build();

    private CheckpointJson() {}

    static JsonNode tree(TrainingProgress progress) {
        return MAPPER.valueToTree(progress);
    }

    /**
     * Reads what {@link #tree} gave.
     *
     * @throws IOException for anything else
     */
    static TrainingProgress progress(JsonNode tree) throws IOException {
        return MAPPER.treeToValue(tree, TrainingProgress.class);
    }

    static JsonNode read(byte[] text) throws IOException {
        return MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(text);
    }

    static byte[] write(JsonNode tree) throws IOException {
        return MAPPER.writeValueAsBytes(tree);
    }

    /** Label, prediction and count of each cell that is not 0, one behind the other. */
    private static final class ToCells extends JsonSerializer<ConfusionMatrix> {
        @Override
        public void serialize(
                ConfusionMatrix matrix, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject();
            json.writeNumberField("classes", matrix.classes());
            json.writeArrayFieldStart("cells");
            for (int label = 0; label < matrix.classes(); label++) {
                for (int predicted = 0; predicted < matrix.classes(); predicted++) {
                    if (matrix.count(label, predicted) != 0) {
                        json.writeNumber(label);
                        json.writeNumber(predicted);
                        json.writeNumber(matrix.count(label, predicted));
                    }
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static final class FromCells extends JsonDeserializer<ConfusionMatrix> {
        @Override
        public ConfusionMatrix deserialize(JsonParser json, DeserializationContext context)
                throws IOException {
            JsonNode tree = json.readValueAsTree();
            int classes = number(tree.path("classes"), 1, MOST_CLASSES);
            JsonNode cells = tree.path("cells");
            long[][] counts = new long[classes][classes];
            for (int i = 0; i + CELL <= cells.size(); i += CELL) {
                int label = number(cells.get(i), 0, classes - 1);
                int predicted = number(cells.get(i + 1), 0, classes - 1);
                counts[label][predicted] = number(cells.get(i + 2), 0, Integer.MAX_VALUE);
            }
            return ConfusionMatrix.of(counts);
        }

        private static int number(JsonNode node, int least, int most) throws IOException {
            if (!node.canConvertToInt() || node.asInt() < least || node.asInt() > most) {
                throw new IOException(
                        String.format(
                                "expected a number from %d to %d, got %s", least, most, node));
            }
            return node.asInt();
        }
    }
}
