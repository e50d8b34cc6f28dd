package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Node;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.cudnnMathType;

/** What the CUDA backend asks of NVIDIA's libraries, for tests that ask the real ones. */
public final class CudaAsked {
    private static final long SEED = 1;

    /** cuDNN has convolutions of 2 or 3 dimensions. */
    private static final int LEAST_DIMS = 2;

    private CudaAsked() {}

    /**
     * One of the backend's precisions.
     *
     * @param type cuDNN's number of the tensors' type
     * @param tensorCores whether products on tensor cores are as precise
     * @param firstArchitecture whose GPUs have it, as 10 major + minor
     */
    public record Precision(String name, int type, boolean tensorCores, int firstArchitecture) {}

    /**
     * A pass of a convolution.
     *
     * @param name as in {@code backward_data}
     * @param sizes as {@code native/nvidia/engines.c} has them, from the groups on
     */
    public record Pass(String name, String sizes) {
        /** The line for {@code engines}. */
        public String line(int type, String layout) {
            return String.format("%s %d %s %d %s", name, type, layout, Memory.ALIGNMENT, sizes);
        }
    }

    /** The backend's precisions. */
    public static List<Precision> precisions() {
        return Arrays.stream(CudaPrecision.values())
                .map(
                        precision ->
                                new Precision(
                                        precision.toString(),
                                        precision.cudnnType(),
                                        precision.allows(cudnnMathType.CUDNN_TENSOR_OP_MATH),
                                        precision.firstArchitecture()))
                .toList();
    }

    /** The largest workspace that a convolution may have on a GPU with this much memory. */
    public static long mostWorkspace(long total) {
        return ConvolutionWays.mostWorkspace(total);
    }

    /** Where the backend finds what cuDNN says of an algorithm, and how far on the next lies. */
    public static String offer() {
        return IntStream.of(
                        CudnnAlgorithm.ALGORITHM_AT,
                        CudnnAlgorithm.STATUS_AT,
                        CudnnAlgorithm.DETERMINISM_AT,
                        CudnnAlgorithm.MATH_AT,
                        CudnnAlgorithm.BYTES)
                .mapToObj(number -> " " + number)
                .collect(Collectors.joining());
    }

    /** Skips a test of a precision that the GPU lacks. */
    static void assumeHas(CudaPrecision precision) {
        assumeTrue(has(precision), precision + " is not on this GPU");
    }

    /** Whether the GPU has a precision. */
    static boolean has(CudaPrecision precision) {
        try (CudaContext gpu = Gpu.open()) {
            return gpu.architecture() >= precision.firstArchitecture();
        }
    }

    /**
     * Takes all of a GPU's memory but so many bytes, until the backend is closed; writes none of
     * it, which would take long.
     */
    static void leave(Backend cuda, long bytes) {
        CudaDevice device = ((CudaBackend) cuda).device();
        long taken = cuda.memory().available() - bytes;
        device.lock()
                .during(
                        () -> {
                            device.enter();
                            CUdeviceptr all = new CUdeviceptr();
                            JCudaDriver.cuMemAlloc(all, taken);
                            return device.resources().add(all, JCudaDriver::cuMemFree);
                        });
    }

    /** Opens the stand-in; a test is skipped where it was not built. */
    public static Backend open(String precision) {
        Gpu.assumeBuilt();
        return new CudaStandinProvider().open(OpenOptions.of(precision).threads(1));
    }

    /** The passes of a network's convolutions that a training step has. */
    public static List<Pass> convolutions(Backend standin, Layer network, Shape input) {
        try (Parameters parameters = new Parameters(standin, SEED)) {
            Binder binder = new Binder(parameters, BindOptions.train());
            network.bind(binder, network.input(binder, input));
            return binder.nodes().stream()
                    .map(Node::operation)
                    .flatMap(
                            operation ->
                                    operation instanceof Products.Convolution convolution
                                            ? passes(convolution)
                                            : Stream.empty())
                    .distinct()
                    .toList();
        }
    }

    /** Those whose result somebody wants. */
    private static Stream<Pass> passes(Products.Convolution of) {
        ConvolutionShape shape =
                ConvolutionShape.of(
                        of.spec(), (CudaTensor) of.x(), (CudaTensor) of.w(), (CudaTensor) of.y());
        List<ConvolutionPass> passes = new ArrayList<>(List.of(ConvolutionPass.FORWARD));
        if (of.x().grad() != null) {
            passes.add(ConvolutionPass.BACKWARD_DATA);
        }
        if (of.w().grad() != null) {
            passes.add(ConvolutionPass.BACKWARD_FILTER);
        }
        return passes.stream()
                .map(pass -> new Pass(pass.name().toLowerCase(Locale.ROOT), sizes(shape)));
    }

    private static String sizes(ConvolutionShape shape) {
        int dims = Math.max(LEAST_DIMS, shape.dims());
        return Stream.of(
                        List.of(shape.groups(), dims),
                        shape.x(dims),
                        shape.w(dims),
                        shape.y(dims),
                        shape.last(dims, ConvolutionShape.Axis::padding),
                        shape.last(dims, ConvolutionShape.Axis::stride),
                        shape.last(dims, ConvolutionShape.Axis::dilation))
                .flatMap(List::stream)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    /** Has the backend make all descriptors of a network's steps, to train and to infer. */
    public static void prepare(
            Backend standin, Optional<Layer> layer, Optional<JointLoss> loss, Shape input) {
        for (BindOptions options : List.of(BindOptions.train(), BindOptions.infer())) {
            try (Parameters parameters = new Parameters(standin, SEED)) {
                Binder binder = new Binder(parameters, options);
                Tensor y =
                        layer.map(l -> l.bind(binder, l.input(binder, input)))
                                .orElseGet(() -> binder.input(input));
                binder.keep(y);
                loss.ifPresent(
                        l ->
                                binder.keep(
                                        l.bind(
                                                binder,
                                                List.of(y),
                                                l.target(binder, List.of(y.shape())))));
                binder.estimate();
            }
        }
    }
}
