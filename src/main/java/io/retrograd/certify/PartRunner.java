package io.retrograd.certify;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Diagnosis;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.CudaSource;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs one part, in the process that was started for it. */
public final class PartRunner {
    private static final CudaSource TWICE =
            CudaSource.of(
                            """
                            __global__ void twice(const real* x, real* y, long long n) {
                                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                                if (i < n) y[i] = 2 * x[i];
                            }
                            __global__ void twice_backward(
                                    const real* dy, real* dx, long long n) {
                                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                                if (i < n) dx[i] = 2 * dy[i];
                            }
                            """)
                    .forward("twice")
                    .backward("twice_backward");

    /** Networks that are timed, the quickest first. */
    private static final List<String> NETWORKS = List.of("lenet5", "smallcnn", "resnet18");

    /** What one is timed for, in seconds. */
    private static final double SHORTEST = 0.01;

    private static final double LONGEST = 5;

    /** How much longer than the last one the next may take to begin and to end. */
    private static final int GROWTH = 30;

    private final Device device;
    private final Deadline deadline;
    private final Consumer<Message> out;
    private final Findings findings;

    /** Times the training of a network. */
    @FunctionalInterface
    public interface Benchmark {
        /** What was measured, with {@code images_per_second} in it. */
        Map<String, Object> run(String network, String precision, Backend backend, double seconds);
    }

    /**
     * A part's process.
     *
     * @param seconds its share of the time
     */
    public PartRunner(String device, double seconds, PrintWriter out) {
        this.device = Device.of(device);
        deadline = Deadline.in(seconds);
        this.out =
                message -> {
                    out.println(message.line());
                    out.flush();
                };
        findings = new Findings(this.out);
    }

    /** Runs it, whatever it finds. */
    public void run(Part part, Benchmark benchmark) {
        switch (part) {
            case DOCTOR -> doctor();
            case KERNELS -> kernels();
            case CONFORMANCE -> new Checks(device, findings, deadline).conformance();
            case GRADIENTS -> new Checks(device, findings, deadline).gradients();
            case PARITY -> new ParityCases(device, findings, deadline).run();
            case DETERMINISM -> new Repeats(device, findings, deadline).determinism();
            case CAPTURE -> new Repeats(device, findings, deadline).capture();
            case MEMORY -> new MemoryUse(device, findings, deadline).estimate();
            case LEAK -> new MemoryUse(device, findings, deadline).leak();
            case RECOVERY -> new Recovery(device, findings).run();
            case TRAINING -> new Training(device, findings, deadline).run();
            case BENCH -> bench(benchmark);
        }
        out.accept(Message.end());
    }

    private void doctor() {
        findings.attempt(
                device.name(),
                () -> {
                    Diagnosis found = device.provider().diagnose();
                    out.accept(Message.fact(found));
                    return Outcome.same(
                            found.usable(), found.usable() ? "can be used" : found.reason());
                });
    }

    /** The backend loads its own where it opens; what is compiled here is a user's. */
    private void kernels() {
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    findings.attempt("opened", () -> Outcome.passed("in " + backend.dtype()));
                    if (device.cuda()) {
                        findings.attempt("a kernel compiled here", () -> twice(backend));
                    }
                });
    }

    private static Outcome twice(Backend backend) {
        Sequential network = new Sequential(Custom.of("twice", x -> 2 * x, x -> 2).cuda(TWICE));
        try (Model model = Model.create(network, Shape.of(3), backend, /* seed= */ 1)) {
            double[] y = model.predict(new double[] {1, -2, 3});
            return Outcome.same(
                    List.of(2.0, -4.0, 6.0).equals(Arrays.stream(y).boxed().toList()),
                    "twice [1, -2, 3] is " + Arrays.toString(y));
        }
    }

    private void bench(Benchmark benchmark) {
        device.inEachPrecision(
                findings,
                deadline,
                (backend, share) -> {
                    double over = 0;
                    for (int i = 0; i < NETWORKS.size(); i++) {
                        String network = NETWORKS.get(i);
                        if (i > 0 && (share.left() < GROWTH * over || share.over())) {
                            findings.notRun(network, "it would take too long here");
                            return;
                        }
                        double left = share.left();
                        double seconds = left / (2 * (NETWORKS.size() - i));
                        double most = Math.max(SHORTEST, Math.min(LONGEST, seconds));
                        findings.attempt(network, () -> timed(benchmark, network, backend, most));
                        over = left - share.left() - most;
                    }
                });
    }

    private Outcome timed(Benchmark benchmark, String network, Backend backend, double seconds) {
        Map<String, Object> result = benchmark.run(network, findings.precision(), backend, seconds);
        @Nullable JsonNode fact = Message.fact(result).fact();
        return Outcome.passed(
                fact == null
                        ? ""
                        : String.format(
                                "%.1f images/s, %.3f ms a step of %d, the median",
                                fact.path("images_per_second").asDouble(),
                                fact.path("step_ms").path("median").asDouble(),
                                fact.path("batch").asInt()));
    }
}
