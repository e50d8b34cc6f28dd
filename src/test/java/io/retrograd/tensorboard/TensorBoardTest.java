package io.retrograd.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Event files, byte by byte as TensorFlow's record_writer.cc and TensorBoard's .proto files have
 * them, and where there is a python3 with TensorBoard ({@code -Dretrograd.python} names another),
 * as its own reader sees them.
 */
class TensorBoardTest {
    private static final Shape IMAGE = Shape.of(1, 4, 4);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    private static ArrayDataset data() {
        Random random = new Random(7);
        double[][] x = new double[12][16];
        int[] labels = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            Arrays.setAll(x[i], j -> random.nextDouble());
            labels[i] = i % 3;
        }
        return ArrayDataset.of(x, labels, IMAGE);
    }

    private static Model model(Backend backend) {
        return Model.create(
                new Sequential(
                        new Conv2d(5, 3),
                        new BatchNorm(),
                        new Relu(),
                        new Flatten(),
                        new Linear(3)),
                IMAGE,
                backend,
                1);
    }

    /** What a training gave, and the file that was written of it. */
    private record Written(Path file, History history, Map<String, double[]> values) {}

    private Written train() throws IOException {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend);
                TensorBoard board = TensorBoard.listener(folder.resolve("board"), model)) {
            Map<String, Object> settings = new LinkedHashMap<>();
            settings.put("learning rate", 0.1);
            settings.put("batch", 5);
            settings.put("augmented", true);
            settings.put("optimizer", "sgd");
            board.settings(settings);
            board.samples(data());
            History history =
                    new Trainer(model, new CrossEntropy(), new Sgd(0.1))
                            .batch(5)
                            .epochs(2)
                            .validation(data())
                            .listener(board)
                            .fit(data());
            Map<String, double[]> values = new LinkedHashMap<>();
            model.names().forEach(name -> values.put("weights/" + name, model.parameter(name)));
            values.put("gradients/4.weight", model.gradient("4.weight"));
            return new Written(board.file(), history, values);
        }
    }

    /** The records, after checking their sums with a second writing of the definition. */
    private static List<UnknownFieldSet> events(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<UnknownFieldSet> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertEquals(masked(length), Integer.toUnsignedLong(bytes.getInt()));
            long count = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
            byte[] content = new byte[(int) count];
            bytes.get(content);
            assertEquals(masked(content), Integer.toUnsignedLong(bytes.getInt()));
            events.add(UnknownFieldSet.parseFrom(content));
        }
        return events;
    }

    private static long masked(byte... data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        long sum = crc.getValue();
        long rotated = (sum >>> 15) | (sum << 17 & 0xFFFFFFFFL);
        return rotated + 0xA282EAD8L & 0xFFFFFFFFL;
    }

    /** The bytes that TensorFlow writes for the record "abc", from its crc32c of RFC 3720. */
    @Test
    void aRecordIsFramed() {
        byte[] record = EventFile.record("123456789".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(9, bytes.getLong());
        assertEquals(8 + 4 + 9 + 4, record.length);
        // RFC 3720's check value is E3069283: rotated right by 15 and increased.
        int rotated = (0xE3069283 >>> 15) | (0xE3069283 << 17);
        assertEquals(rotated + 0xA282EAD8, bytes.getInt(21));
    }

    @Test
    void theFileHoldsTheEventsOfTensorFlow() throws IOException {
        Written written = train();
        List<UnknownFieldSet> events = events(written.file());
        assertEquals(
                ByteString.copyFromUtf8("brain.Event:2"),
                events.get(0).getField(3).getLengthDelimitedList().get(0));
        assertEquals(1, events.stream().filter(e -> e.hasField(4)).count(), "graphs");
        List<Float> losses = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        for (UnknownFieldSet event : events) {
            double time = Double.longBitsToDouble(event.getField(1).getFixed64List().get(0));
            assertTrue(Math.abs(time - System.currentTimeMillis() / 1e3) < 600, "time " + time);
            for (ByteString summary : event.getField(5).getLengthDelimitedList()) {
                for (ByteString value :
                        UnknownFieldSet.parseFrom(summary).getField(1).getLengthDelimitedList()) {
                    UnknownFieldSet fields = UnknownFieldSet.parseFrom(value);
                    String tag = fields.getField(1).getLengthDelimitedList().get(0).toStringUtf8();
                    if (tag.equals("loss/training")) {
                        steps.add(event.getField(2).getVarintList().get(0));
                        losses.add(
                                Float.intBitsToFloat(fields.getField(2).getFixed32List().get(0)));
                    }
                }
            }
        }
        assertEquals(List.of(3L, 6L), steps);
        assertEquals(
                written.history().epochs().stream().map(e -> (float) e.loss()).toList(), losses);
    }

    @Test
    void eachListenerHasAFileOfItsOwn() throws IOException {
        Path first = train().file();
        byte[] before = Files.readAllBytes(first);
        assertFalse(first.equals(train().file()));
        assertArrayEquals(before, Files.readAllBytes(first));
    }

    @Test
    void writingDownChangesNothing() throws IOException {
        Written written = train();
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            new Trainer(model, new CrossEntropy(), new Sgd(0.1)).batch(5).epochs(2).fit(data());
            model.names()
                    .forEach(
                            name ->
                                    assertArrayEquals(
                                            model.parameter(name),
                                            written.values().get("weights/" + name),
                                            name));
        }
    }

    @Test
    void histogramsCountEachNumberOnce() throws IOException {
        assertEquals(null, Histogram.of());
        assertEquals(null, Histogram.of(Double.NaN));
        for (double[] values : new double[][] {{1}, {2, 2}, {0, 1, 1, 3}, {-1, Double.NaN, 5}}) {
            UnknownFieldSet histogram = UnknownFieldSet.parseFrom(Histogram.of(values).bytes());
            double[] limits = doubles(histogram, 6);
            double[] counts = doubles(histogram, 7);
            double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
            assertEquals(finite.length, Arrays.stream(counts).sum());
            double low = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < limits.length; i++) {
                double from = low;
                double to = limits[i];
                boolean last = i == limits.length - 1;
                long inside =
                        Arrays.stream(finite)
                                .filter(v -> v >= from && (v < to || (last && v == to)))
                                .count();
                assertEquals((double) inside, counts[i], "bucket " + i);
                low = to;
            }
        }
    }

    private static double[] doubles(UnknownFieldSet message, int field) {
        ByteBuffer packed =
                message.getField(field)
                        .getLengthDelimitedList()
                        .get(0)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[packed.remaining() / 8];
        packed.asDoubleBuffer().get(values);
        return values;
    }

    private static String python() {
        return System.getProperty("retrograd.python", "python3");
    }

    /** The output of a Python program; empty if it fails. */
    private static String python(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(python()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? out : "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasTensorBoard() {
        try {
            return python("-c", "import tensorboard; print(1)").startsWith("1");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void tensorBoardReadsIt() throws IOException {
        assumeTrue(hasTensorBoard(), "needs a python3 with tensorboard");
        Written written = train();
        Path script = folder.resolve("read_events.py");
        try (var in = TensorBoardTest.class.getResourceAsStream("read_events.py")) {
            Files.copy(in, script);
        }
        String out =
                python(
                        script.toString(),
                        written.file().getParent().toString(),
                        written.file().toString());
        assertFalse(out.isEmpty(), "TensorBoard's reader failed");
        JsonNode read = JSON.readTree(out);
        scalars(read.path("scalars"), written.history());
        histograms(read.path("histograms"), written.values());
        images(read.path("images"));
        graph(read.path("nodes"));
        assertEquals(
                JSON.readTree(
                        "{\"learning rate\":0.1,\"batch\":5.0,\"augmented\":true,"
                                + "\"optimizer\":\"sgd\"}"),
                read.path("settings"));
        assertEquals(1, read.path("ended").asInt());
    }

    private static void scalars(JsonNode scalars, History history) {
        assertEquals(6, scalars.path("step/loss").size());
        assertEquals(0.1f, scalars.at("/step~1learning_rate/0/1").floatValue());
        for (int i = 0; i < 2; i++) {
            int step = 3 * (i + 1);
            var epoch = history.epochs().get(i);
            JsonNode loss = scalars.path("loss/training").path(i);
            assertEquals(step, loss.path(0).asInt());
            assertEquals((float) epoch.loss(), loss.path(1).floatValue());
            assertEquals(
                    (float) epoch.validation().loss(),
                    scalars.path("loss/validation").path(i).path(1).floatValue());
            assertEquals(
                    (float) epoch.accuracy(),
                    scalars.path("accuracy/training").path(i).path(1).floatValue());
        }
    }

    private static void histograms(JsonNode histograms, Map<String, double[]> values) {
        values.forEach(
                (tag, of) -> {
                    JsonNode last = histograms.path(tag).path(1);
                    assertEquals(6, last.path(0).asInt(), tag);
                    assertEquals(Arrays.stream(of).min().orElseThrow(), last.path(1).asDouble());
                    assertEquals(Arrays.stream(of).max().orElseThrow(), last.path(2).asDouble());
                    assertEquals(of.length, last.path(3).asInt());
                    assertEquals(Arrays.stream(of).sum(), last.path(4).asDouble(), 1e-12);
                    assertEquals(of.length, last.path(6).asInt());
                });
    }

    private static void images(JsonNode images) {
        assertEquals("[[3,74,49],[6,74,49]]", images.path("kernels").toString());
        assertEquals("[[0,4,4]]", images.path("samples/0").toString());
        assertEquals("[[0,4,4]]", images.path("samples/3").toString());
        assertEquals(5, images.size());
    }

    private static void graph(JsonNode nodes) {
        assertEquals("[\"Input\",[]]", nodes.path("input").toString());
        assertEquals(
                "[\"Conv2d\",[\"input\",\"0/weight\",\"0/bias\"]]",
                nodes.path("0/Conv2d").toString());
        assertEquals("Parameter", nodes.path("4/weight").path(0).asText());
        assertEquals("[\"Output\",[\"4/Linear\"]]", nodes.path("output").toString());
    }
}
