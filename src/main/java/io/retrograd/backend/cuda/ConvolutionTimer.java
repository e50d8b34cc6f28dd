package io.retrograd.backend.cuda;

import io.retrograd.backend.Repeated;

/**
 * Measures how long a pass of a convolution takes on the GPU. The runs are replayed from a graph,
 * as in training: else the host's time to enqueue them would hide what small ones take.
 */
final class ConvolutionTimer implements AutoCloseable {
    private static final int ROUNDS = 3;
    private static final int MOST_RUNS = 20;

    /** How long a round takes, if the runs are enough. */
    private static final double ROUND_MILLISECONDS = 1;

    private final CudaDevice device;
    private final CudaStopwatch watch;

    ConvolutionTimer(CudaDevice device) {
        this.device = device;
        watch = new CudaStopwatch(device);
    }

    /** Milliseconds that a run takes, the least of a few rounds. */
    double milliseconds(Runnable pass) {
        double once = watch.milliseconds(pass);
        int runs = (int) Math.min(MOST_RUNS, Math.max(1, ROUND_MILLISECONDS / once));
        Runnable several =
                () -> {
                    for (int i = 0; i < runs; i++) {
                        pass.run();
                    }
                };
        double least = Double.POSITIVE_INFINITY;
        try (Repeated replayed = new CudaGraph(device, several)) {
            for (int i = 0; i < CudaGraph.RUNS_BEFORE_REPLAY; i++) {
                replayed.run();
            }
            for (int i = 0; i < ROUNDS; i++) {
                least = Math.min(least, watch.milliseconds(replayed::run));
            }
        }
        return least / runs;
    }

    @Override
    public void close() {
        watch.close();
    }
}
