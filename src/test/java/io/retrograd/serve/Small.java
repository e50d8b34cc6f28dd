package io.retrograd.serve;

import io.retrograd.attribution.GradCam;
import io.retrograd.attribution.PixelRange;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.image.Cover;
import io.retrograd.image.Transforms;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Model;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A small network with random weights, served on this machine, and pictures to send to it. */
final class Small implements AutoCloseable {
    static final List<String> LABELS = List.of("unripe", "ripe", "<b>over</b>ripe");
    static final Transforms TRANSFORMS = Transforms.of(new Cover(16, 16));
    private static final int TRAINED = 20;

    final Queue<String> log = new ConcurrentLinkedQueue<>();
    final Backend backend = Backends.open("reference");
    final Model model =
            Model.create(
                    new Sequential(
                            new Conv2d(4, 3), new Relu(),
                            new GlobalAvgPool2d(), new Linear(LABELS.size())),
                    Shape.of(3, 16, 16),
                    backend,
                    /* seed= */ 3);
    final PictureServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    Small(Limits limits) throws IOException {
        this(limits, new TrainingPictures(trained(), TRAINED, /* folder= */ null));
    }

    Small(Limits limits, @Nullable TrainingPictures training) throws IOException {
        Served served =
                new Served(
                        "runs/<i>small</i>",
                        model,
                        LABELS,
                        TRANSFORMS,
                        PixelRange.unit(),
                        new GradCam(),
                        training,
                        training == null ? "They are gone." : "");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = PictureServer.start(any, served, limits, log::add);
    }

    static ArrayDataset trained() {
        double[][] samples = new double[TRAINED][3 * 16 * 16];
        int[] labels = new int[TRAINED];
        for (int n = 0; n < TRAINED; n++) {
            labels[n] = n % LABELS.size();
            for (int i = 0; i < samples[n].length; i++) {
                samples[n][i] = Philox.uniform(n, 1, i);
            }
        }
        return ArrayDataset.of(samples, labels, Shape.of(3, 16, 16));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(uri(path));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path));
    }

    HttpResponse<String> post(byte... body) throws IOException, InterruptedException {
        return send(to("/predict").POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    /** A picture of one colour with a brighter square in it. */
    static byte[] picture(int width, int height, int rgb, String format) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = x > width / 4 && x < width / 2 && y > height / 4 && y < height / 2;
                image.setRGB(x, y, inside ? 0xF0F0F0 : rgb);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    static byte[] picture() {
        return picture(40, 30, 0x30A040, "png");
    }

    @Override
    public void close() {
        server.close();
        model.close();
        backend.close();
    }
}
