package io.retrograd.train;

import io.retrograd.backend.Backend;
import io.retrograd.bench.Operation;
import io.retrograd.bench.Operation.Recording;
import io.retrograd.bench.OperationBenchmark;
import io.retrograd.bench.Training;
import io.retrograd.cli.BenchNet;
import org.openjdk.jmh.annotations.Param;

/** Whole training steps: forward, cross-entropy, backward, SGD with momentum. */
public class TrainStepBenchmark extends OperationBenchmark {
    /** Those with one label an image. */
    @Param({
        "lenet5",
        "mlp",
        "smallcnn",
        "resnet18",
        "resnet50",
        "cnnbigru",
        "mobilenetv2",
        "densenet",
        "seresnet18",
        "cnn1d",
        "cnn3d",
        "lstm"
    })
    public BenchNet net = BenchNet.lenet5;

    /** Whether a GPU replays steps, as it does where the user does not say otherwise. */
    @Param("true")
    public boolean graph;

    @Override
    protected Operation prepare(Backend on) {
        Training training =
                new Training(net.network(), net.sampleShape(), net.batch(), on).eager(!graph);
        return new Operation(
                training::enqueue, training::close, graph ? Recording.ITS_OWN : Recording.NONE);
    }
}
