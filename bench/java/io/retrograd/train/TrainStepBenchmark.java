package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.bench.Operation;
import io.retrograd.bench.Operation.Recording;
import io.retrograd.bench.OperationBenchmark;
import io.retrograd.bench.Training;
import io.retrograd.cli.BenchNet;
import io.retrograd.model.Models;
import org.openjdk.jmh.annotations.Param;

/** Whole training steps: forward, cross-entropy, backward, SGD with momentum. */
public class TrainStepBenchmark extends OperationBenchmark {
    @Param public BenchNet net = BenchNet.lenet5;

    /** Whether a GPU replays steps, as it does where the user does not say otherwise. */
    @Param("true")
    public boolean graph;

    @Override
    protected Operation prepare(Backend on) {
        Models.Entry entry = Models.get(net.model());
        Training training =
                new Training(entry.create(), entry.sampleShape(), net.batch(), on).eager(!graph);
        return new Operation(
                training::enqueue, training::close, graph ? Recording.ITS_OWN : Recording.NONE);
    }
}
