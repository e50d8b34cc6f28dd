package io.retrograd.cli;

import io.retrograd.backend.Backend;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Times training steps on random images: forward, cross-entropy, backward, SGD with momentum, the
 * batch copied in each time. What is measured stands in {@code bench/README.md}, and the peers
 * there do the same work. Without a network it runs the source tree's {@link BenchScript}.
 */
@Command(
        name = "bench",
        description = {
            "With --net, times training steps on random images, or texts, and labels in memory,"
                    + " with SGD of momentum 0.9 and learning rate 0.01. The first steps and a"
                    + " tenth of the time warm up and do not count.",
            "Without --net, compares many networks with PyTorch, DJL and DL4J: it runs bench/run"
                    + " of the source tree in which this program was built and passes all options"
                    + " on; 'bench/run --help' lists them."
        })
final class BenchCommand extends JsonCommand {
    @Option(
            names = "--net",
            paramLabel = "NAME",
            description =
                    "One of ${COMPLETION-CANDIDATES}; resnet18 is the variant for CIFAR's images,"
                            + " resnet50 that for ImageNet's; so are mobilenetv2, densenet and"
                            + " seresnet18 those for CIFAR's. cnnbigru takes texts of 200 words.")
    private @Nullable BenchNet net;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description =
                    "Images or texts a step. Default: 64; 128 for smallcnn, 32 for cnnbigru, densenet"
                            + " and lstm, 8 for resnet50, unet and cnn3d.")
    private @Nullable Integer batch;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Duration, from the end of the first step. Default: ${DEFAULT-VALUE}.")
    private double seconds = 10;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Steps between waits for the device, so that a GPU always has the next one."
                            + " Default: ${DEFAULT-VALUE}.")
    private int burst = 1;

    @Mixin private DeviceOptions device = new DeviceOptions();

    @Unmatched private List<String> unknown = new ArrayList<>();

    @Override
    public Integer call() {
        if (net == null) {
            return compare();
        }
        if (!unknown.isEmpty()) {
            throw new UnmatchedArgumentException(spec.commandLine(), unknown);
        }
        return time(net);
    }

    /** Passes everything behind the command's name to the script. */
    private int compare() {
        Path script =
                BenchScript.find()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "bench: expected --net NAME, as this program is"
                                                        + " not in a source tree with bench/run;"
                                                        + " give --net, or build it in one"));
        List<String> words = spec.commandLine().getParseResult().originalArgs();
        return BenchScript.run(script, words.subList(words.indexOf(spec.name()) + 1, words.size()));
    }

    private int time(BenchNet net) {
        int images = batch == null ? net.batch() : batch;
        Values.atLeast("--batch", 1, images);
        Values.atLeast("--burst", 1, burst);
        Values.above0("--seconds", seconds);
        BenchResult result;
        try (Backend backend = device.open()) {
            result =
                    new BenchRun(net, backend, device.precision(), device.threads())
                            .measure(images, burst, seconds);
        }
        PrintWriter out = out();
        out.print(json ? Json.line(result.asMap()) + System.lineSeparator() : result.text());
        out.flush();
        return 0;
    }
}
