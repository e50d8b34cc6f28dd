package io.retrograd.cli;

import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.GradCam;
import io.retrograd.attribution.Method;
import io.retrograd.attribution.Methods;
import io.retrograd.attribution.PixelRange;
import io.retrograd.attribution.Saliency;
import io.retrograd.backend.Backend;
import io.retrograd.data.TrainTest;
import io.retrograd.image.Size;
import io.retrograd.serve.Limits;
import io.retrograd.serve.PictureServer;
import io.retrograd.serve.Served;
import io.retrograd.serve.TrainingPictures;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = {
            "Serves the network of a run on pictures as a page: drop a picture or take a photograph,"
                    + " and see the classes, what the answer depends on, and the training pictures"
                    + " that are most alike.",
            "POST /predict takes a picture and gives the same as JSON. Ctrl-C ends it."
        })
final class ServeCommand implements Callable<Integer> {
    private static final int LAST_PORT = 65_535;
    private static final int MEGABYTE = 1_000_000;
    private static final int MOST_MEGABYTES = 256;
    private static final int SIGNAL_LOST = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    private Path folder = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port = 8080;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = {
                "Address to listen on. Default: ${DEFAULT-VALUE}, which this machine alone reaches;"
                        + " 0.0.0.0 lets all in that reach this machine, such as a phone in the same"
                        + " network. Nothing is encrypted, and nobody is asked for a password."
            })
    private String host = "localhost";

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description =
                    "How answers are explained: ${COMPLETION-CANDIDATES}. Default: grad-cam, or"
                            + " saliency where the network has no convolutions.",
            completionCandidates = ExplainCommand.MethodNames.class)
    private @Nullable String method;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Where the run's data are now. Default: where they were.")
    private @Nullable Path data;

    @Option(
            names = "--compare",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Training pictures to look for like ones among, evenly spread; 0 for none."
                            + " Default: ${DEFAULT-VALUE}.")
    private int compared = 1000;

    @Option(
            names = "--max-megabytes",
            paramLabel = "N",
            defaultValue = "20",
            description = "Refuse larger files. Default: ${DEFAULT-VALUE}.")
    private int megabytes = 20;

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            defaultValue = "33554432",
            description =
                    "Refuse larger pictures before they are decoded. Default: ${DEFAULT-VALUE}.")
    private long pixels = Limits.USUAL.pixels();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description =
                    "Leave clients that send for longer, or wait so long. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int seconds = 20;

    @Option(
            names = "--waiting",
            paramLabel = "N",
            defaultValue = "256",
            description =
                    "Pictures that may wait; others are told to come again. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int waiting = 256;

    @Mixin private DeviceOptions device = new DeviceOptions();

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    @Override
    public Integer call() throws IOException {
        check();
        try (Backend backend = device.open()) {
            Trained trained = Trained.ofRun(folder);
            out().println(device.describe());
            try (Model model =
                    Model.create(trained.network(), shape(trained), backend, /* seed= */ 1)) {
                out().println(trained.load(model));
                out().flush();
                return serve(served(trained, model));
            }
        }
    }

    private Shape shape(Trained trained) throws IOException {
        if (trained.tokens() || trained.table() != null || trained.transforms().steps().isEmpty()) {
            throw new IllegalArgumentException(
                    "RUN: expected a run on pictures, got one on others: " + folder);
        }
        try {
            Size size = trained.transforms().size(/* before= */ null);
            return Shape.of(trained.transforms().channels(), size.height(), size.width());
        } catch (IllegalArgumentException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    private Served served(Trained trained, Model model) {
        PixelRange range = ExplainedSamples.range(trained.transforms().normalize());
        TrainingPictures training = null;
        String missing = compared == 0 ? "No training pictures are compared with." : "";
        if (compared > 0) {
            try {
                training = training(trained);
            } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
                missing = "The training pictures are no longer where they were.";
                err().println("no training pictures to compare with: " + e.getMessage());
                err().flush();
            }
        }
        return new Served(
                folder.toString(),
                model,
                trained.labels(),
                trained.transforms(),
                range,
                method(model, range),
                training,
                missing);
    }

    /** The data that the run was trained on, if they are there and have not changed. */
    private TrainingPictures training(Trained trained) throws IOException {
        RunRecord record = RunRecord.read(new RunDirectory(folder).record());
        TrainCommand command = RecordedTraining.of(record).command();
        if (data != null) {
            command.data.path = data;
        }
        TrainTest parts =
                command.data.load(
                        trained.name(), command.options.seed, command.options.noAugment, out());
        record.checkData(parts);
        boolean files = command.data.name.equals(DatasetNames.FOLDER);
        out().printf(
                        "comparing with %,d of %,d training pictures%n",
                        Math.min(compared, parts.train().size()), parts.train().size());
        out().flush();
        return new TrainingPictures(parts.train(), compared, files ? command.data.path : null);
    }

    private Method method(Model model, PixelRange range) {
        if (method != null) {
            return Methods.named(method);
        }
        Method wanted = new GradCam();
        try (Attribution attribution = Attribution.of(model, range)) {
            attribution.explain(wanted, new double[Math.toIntExact(model.sampleShape().size())], 0);
            return wanted;
        } catch (IllegalArgumentException e) {
            return new Saliency();
        }
    }

    private int serve(Served served) throws IOException {
        Limits limits = new Limits(megabytes * MEGABYTE, pixels, seconds, waiting);
        try (StopSignals signals = new StopSignals(err(), "closing");
                PictureServer server =
                        PictureServer.start(address(), served, limits, this::complain)) {
            for (String url : urls(server.port())) {
                out().println("serving on " + url);
            }
            out().flush();
            signals.await();
            return signals.exitCode();
        } catch (BindException e) {
            throw new IOException(
                    String.format(
                            "--port: expected a free port of %s, got %d: %s; choose another, or 0",
                            host, port, e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SIGNAL_LOST;
        }
    }

    private void complain(String message) {
        err().println(message);
        err().flush();
    }

    private InetSocketAddress address() {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw Values.wrong("--host", "an address of this machine", host);
        }
    }

    /** Where a browser finds it: of each network, if it listens in all. */
    private List<String> urls(int bound) throws IOException {
        List<String> urls = new ArrayList<>();
        InetAddress address = address().getAddress();
        if (!address.isAnyLocalAddress()) {
            return List.of(url(host, bound));
        }
        urls.add(url("localhost", bound));
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(InetAddress::isSiteLocalAddress)
                .forEach(each -> urls.add(url(each.getHostAddress(), bound)));
        return urls;
    }

    private static String url(String name, int port) {
        return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + "/";
    }

    private void check() {
        if (port < 0 || port > LAST_PORT) {
            throw Values.wrong("--port", "a number from 0 to " + LAST_PORT, port);
        }
        if (host.isBlank()) {
            throw Values.wrong("--host", "an address of this machine", "none");
        }
        if (method != null) {
            Values.oneOf("--method", Methods.names(), method);
        }
        Values.atLeast("--compare", 0, compared);
        Values.atLeast("--max-megabytes", 1, megabytes);
        if (megabytes > MOST_MEGABYTES) {
            throw Values.wrong("--max-megabytes", "at most " + MOST_MEGABYTES, megabytes);
        }
        Values.atLeast("--max-pixels", 1, pixels);
        Values.atLeast("--timeout", 1, seconds);
        Values.atLeast("--waiting", 1, waiting);
        device.check();
    }
}
