package io.retrograd.certify;

import io.retrograd.backend.Backend;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.CudaSource;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.Map;
import java.util.Objects;

/**
 * The part that breaks the device: a kernel writes far outside of its memory, which a GPU answers
 * with an error for whatever follows until its context is gone.
 */
record Recovery(Device device, Findings findings) {
    /** A terabyte away. */
    private static final CudaSource OUTSIDE =
            CudaSource.of(
                            """
                            __global__ void outside(const real* x, real* y, long long n) {
                                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                                if (i < n) y[i + (1LL << 38)] = x[i];
                            }
                            __global__ void outside_backward(
                                    const real* dy, real* dx, long long n) {
                                long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
                                if (i < n) dx[i] = dy[i];
                            }
                            """)
                    .forward("outside")
                    .backward("outside_backward");

    /** Lets the stand-in answer an illegal access as a GPU does, in place of ending the process. */
    static final Map<String, String> ENVIRONMENT = Map.of("RETROGRAD_STANDIN_FAULT", "illegal");

    void run() {
        if (!device.cuda()) {
            findings.notRun("an illegal access", "there is none on " + device.name());
            return;
        }
        findings.attempt("a kernel that writes outside of its memory", this::breakIt);
        Subject subject = Subject.all().get(0);
        findings.attempt(
                "the device opened again in the same process, training " + subject.text(),
                () -> {
                    try (Backend backend = device.open()) {
                        double loss =
                                Objects.requireNonNull(
                                        subject.train(backend, 1, /* eager= */ true)
                                                .get(Subject.LOSS))[0];
                        return Outcome.same(Double.isFinite(loss), "loss " + loss);
                    }
                });
    }

    /** Passes if the fault is told, and closing after it ends. */
    private Outcome breakIt() {
        Backend backend = device.open();
        String told = "";
        try {
            Sequential network = new Sequential(Custom.of("outside", x -> x, x -> 1).cuda(OUTSIDE));
            try (Model model = Model.create(network, Shape.of(3), backend, /* seed= */ 1)) {
                model.predict(new double[3]);
                backend.synchronize();
            } catch (RuntimeException e) {
                told = String.valueOf(e.getMessage());
            }
        } finally {
            closeBroken(backend);
        }
        return Outcome.same(
                !told.isEmpty(),
                told.isEmpty() ? "expected an error, got none" : "told as expected: " + told);
    }

    /** A broken device may complain when it is closed; what counts is whether it opens again. */
    private void closeBroken(Backend backend) {
        try {
            backend.close();
        } catch (RuntimeException e) {
            findings.notRun("closing it without a complaint", String.valueOf(e.getMessage()));
        }
    }
}
