package io.retrograd.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.image.Picture;
import io.retrograd.image.PictureReader;
import io.retrograd.image.Transforms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Turns files into answers: decodes them, has the network look at them, and writes it down. */
final class Answers implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Pictures that are decoded at a time: large ones take much memory. */
    private static final int DECODED = 2;

    /** What messages call a client's file. */
    private static final Path FILE = Path.of("picture");

    private final Served served;
    private final Recognizer recognizer;
    private final ModelThread model;
    private final Limits limits;
    private final Semaphore waiting;
    private final Semaphore decoding = new Semaphore(DECODED);
    private final PictureReader reader;

    Answers(Served served, Limits limits) {
        this.served = served;
        this.limits = limits;
        recognizer =
                new Recognizer(served.model(), served.range(), served.method(), served.training());
        model = new ModelThread(recognizer);
        waiting = new Semaphore(limits.waiting());
        reader = new PictureReader(served.transforms().channels(), limits.pixels());
    }

    /** A picture as the network reads it, and as people do. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Sample(double[] values, Shown shown) {}

    /**
     * The answer to a picture's file, as JSON.
     *
     * @throws Refusal if it is no picture, or there is too much to do
     */
    byte[] answer(byte[] file) throws Refusal {
        if (!waiting.tryAcquire()) {
            throw Refusal.busy();
        }
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(limits.seconds());
            Sample sample = decode(file, end);
            Recognition found = model.recognize(sample.values, left(end));
            return json(found, sample.shown);
        } finally {
            waiting.release();
        }
    }

    private static long left(long end) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }

    private Sample decode(byte[] file, long end) throws Refusal {
        try {
            if (!decoding.tryAcquire(left(end), TimeUnit.MILLISECONDS)) {
                throw Refusal.busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.busy();
        }
        try {
            return sample(reader.read(file, FILE));
        } catch (IOException e) {
            throw new Refusal(Refusal.BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            throw new Refusal(
                    Refusal.TOO_LARGE, "picture: expected one that fits this server's memory");
        } catch (RuntimeException e) {
            throw new Refusal(
                    Refusal.BAD_REQUEST, "picture: expected a sound one, got damage (" + e + ")");
        } finally {
            decoding.release();
        }
    }

    private Sample sample(Picture picture) {
        Transforms transforms = served.transforms();
        float[] values = transforms.values(transforms.apply(picture));
        double[] sample = new double[values.length];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = values[i];
        }
        int height = served.model().sampleShape().dim(1);
        int width = served.model().sampleShape().dim(2);
        return new Sample(sample, Shown.of(picture, transforms, height, width));
    }

    private byte[] json(Recognition found, Shown shown) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("class", found.top());
        answer.put("label", served.label(found.top()));
        answer.put("probability", found.probabilities().get(found.top()));
        answer.put("classes", classes(found));
        answer.put("picture", url(shown.png()));
        Map<String, Object> attribution = new LinkedHashMap<>();
        attribution.put("method", found.map().method());
        attribution.put("class", found.top());
        attribution.put("picture", url(shown.under(found.map())));
        answer.put("attribution", attribution);
        answer.put("nearest", nearest(found));
        answer.put("nearest_missing", served.untrained());
        answer.put("batch", found.batch());
        return bytes(answer);
    }

    private List<Map<String, Object>> classes(Recognition found) {
        return IntStream.range(0, found.probabilities().size())
                .boxed()
                .sorted(
                        Comparator.comparingDouble((Integer c) -> found.probabilities().get(c))
                                .reversed())
                .map(
                        c -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("class", c);
                            entry.put("label", served.label(c));
                            entry.put("probability", found.probabilities().get(c));
                            return entry;
                        })
                .toList();
    }

    private List<Map<String, Object>> nearest(Recognition found) {
        List<Map<String, Object>> all = new ArrayList<>();
        TrainingPictures training = served.training();
        for (Neighbours.Neighbour neighbour : found.nearest()) {
            if (training != null) {
                String name = training.name(neighbour.number());
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("picture", "/training/" + neighbour.number() + ".png");
                entry.put("name", name == null ? "" : name);
                entry.put("label", served.label(training.label(neighbour.number())));
                entry.put("similarity", neighbour.similarity());
                all.add(entry);
            }
        }
        return all;
    }

    private static String url(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    static byte[] bytes(Map<String, Object> json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        model.close();
        recognizer.close();
    }
}
