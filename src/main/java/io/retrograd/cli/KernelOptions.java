package io.retrograd.cli;

import io.retrograd.backend.Backends;
import io.retrograd.interop.RegularFile;
import io.retrograd.kernel.JavaReference;
import io.retrograd.kernel.KernelCheck;
import io.retrograd.kernel.KernelInputs;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of gradcheck that say which CUDA kernels to check. */
final class KernelOptions {
    private static final String CUDA = "cuda";
    private static final String STANDIN = "cuda-standin";

    /** The longest source that is read, in bytes. */
    private static final int LONGEST = 16 << 20;

    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description =
                    "Checks kernels of this CUDA source instead, on cuda or, without a GPU, on"
                            + " cuda-standin.")
    @Nullable Path file;

    @Option(
            names = "--forward",
            paramLabel = "NAME",
            description =
                    "A kernel that computes y, perhaps with its launch: NAME or"
                            + " NAME<<<blocks, threads, shared bytes>>>. May be repeated.")
    private List<String> forward = new ArrayList<>();

    @Option(
            names = "--backward",
            paramLabel = "NAME",
            description = "A kernel that computes gradients, in the same way.")
    private List<String> backward = new ArrayList<>();

    @Option(
            names = "--inputs",
            paramLabel = "TEXT",
            description =
                    "What the kernels are given: arrays and numbers, as in \"x:(4,3)"
                            + " w:(3)[0.5,2] slope=0.1\".")
    private @Nullable String inputs;

    @Option(
            names = "--output",
            paramLabel = "SHAPE",
            description = "Shape of y. Default: that of the first input.")
    private @Nullable String output;

    @Option(
            names = "--java",
            paramLabel = "FILE",
            description = "The same function in Java, which the kernels are held against.")
    private @Nullable Path java;

    /**
     * Refuses options that have no meaning beside the others.
     *
     * @param name the layer or model that is to be checked, if any
     */
    void check(@Nullable String name) {
        need("--forward", !forward.isEmpty());
        need("--backward", !backward.isEmpty());
        need("--inputs", inputs != null);
        alone("--output", output != null);
        alone("--java", java != null);
        if (file != null && name != null) {
            throw Values.wrong("--kernel", "no layer beside it", name);
        }
    }

    /** An option that comes with --kernel, and only with that. */
    private void need(String option, boolean given) {
        alone(option, given);
        if (!given && file != null) {
            throw Values.wrong("--kernel", option + " beside it", "none");
        }
    }

    private void alone(String option, boolean given) {
        if (given && file == null) {
            throw Values.wrong(option, "--kernel FILE beside it", "none");
        }
    }

    /** The device that is used unless one is asked for. */
    static String device() {
        return Backends.provider(CUDA).probe().usable() ? CUDA : STANDIN;
    }

    static boolean onStandin(String device) {
        return device.startsWith(STANDIN);
    }

    /** Refuses a device without CUDA. */
    static void checkDevice(String device) {
        if (!device.equals(CUDA) && !device.startsWith(CUDA + ":") && !device.equals(STANDIN)) {
            throw Values.wrong("--device", CUDA + " or " + STANDIN + " for a kernel", device);
        }
    }

    boolean hasJava() {
        return java != null;
    }

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException for what is wrong in them, or in what is said of them
     */
    KernelCheck read() throws IOException {
        Path source = Objects.requireNonNull(file);
        KernelInputs given = parsed();
        JavaReference reference =
                java == null ? null : JavaReference.compile(name(java), text(java));
        String name = name(source);
        int dot = name.lastIndexOf('.');
        return new KernelCheck(
                dot > 0 ? name.substring(0, dot) : name,
                text(source),
                forward,
                backward,
                given,
                shape(),
                reference);
    }

    private KernelInputs parsed() {
        try {
            return KernelInputs.parse(Objects.requireNonNull(inputs));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--inputs: " + e.getMessage(), e);
        }
    }

    private @Nullable Shape shape() {
        if (output == null) {
            return null;
        }
        try {
            return Shape.parse(output.replaceFirst("^\\s*y\\s*:", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--output: " + e.getMessage(), e);
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String text(Path path) throws IOException {
        try (RegularFile open = RegularFile.open(path)) {
            return new String(open.readAll(LONGEST), StandardCharsets.UTF_8);
        }
    }
}
