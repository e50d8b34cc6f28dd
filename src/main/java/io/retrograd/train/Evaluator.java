package io.retrograd.train;

import io.retrograd.bind.BindOptions;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model bound with its losses in inference mode, to evaluate one data set any number of times.
 */
final class Evaluator implements AutoCloseable {
    private final Model model;
    private final Dataset dataset;
    private final List<Batch> batches = new ArrayList<>();
    private final List<BoundNetwork> networks = new ArrayList<>();
    private final List<ScoredOutput> scores;

    Evaluator(Trainer plan, Dataset dataset) {
        model = plan.model;
        Batch.check(dataset, model);
        this.dataset = dataset;
        for (int size : Batch.sizes(dataset.size(), plan.batch)) {
            networks.add(
                    model.adopt(new BoundNetwork(model, size, BindOptions.infer(), plan.losses)));
        }
        scores = ScoredOutput.accuracies(networks.get(0));
        scores.addAll(ScoredOutput.of(networks.get(0), plan.metrics));
        Set<String> read = scores.stream().map(ScoredOutput::output).collect(Collectors.toSet());
        networks.forEach(
                network -> batches.add(new Batch(network, dataset, /* bytes= */ true, read)));
    }

    Evaluation run() {
        Tally tally = new Tally(scores);
        while (tally.samples() < dataset.size()) {
            int start = tally.samples();
            int kind = dataset.size() - start >= batches.get(0).size() ? 0 : 1;
            Batch batch = batches.get(kind);
            for (int n = 0; n < batch.size(); n++) {
                batch.load(start + n, n);
            }
            BoundNetwork network = networks.get(kind);
            batch.feed(network);
            network.infer();
            read(network.outputs(), batch);
            tally.add(batch, network.loss());
        }
        return tally.evaluation();
    }

    private static void read(Map<String, Tensor> outputs, Batch batch) {
        batch.outputs()
                .forEach((name, into) -> Objects.requireNonNull(outputs.get(name)).copyTo(into));
    }

    @Override
    public void close() {
        networks.forEach(model::release);
    }
}
