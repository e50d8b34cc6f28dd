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
    private final Prefetch prefetch;
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
        List<Batch> full = new ArrayList<>();
        while (full.size() < Prefetch.batches(plan.workers)) {
            full.add(new Batch(networks.get(0), dataset, /* asTheyAre= */ true, read));
        }
        Batch rest =
                networks.size() > 1
                        ? new Batch(networks.get(1), dataset, /* asTheyAre= */ true, read)
                        : null;
        prefetch =
                new Prefetch(
                        plan.workers,
                        dataset.size(),
                        full,
                        rest,
                        (batch, place, n) -> batch.load(place, n));
    }

    Evaluation run() {
        Tally tally = new Tally(scores);
        prefetch.begin();
        for (int step = 1; tally.samples() < dataset.size(); step++) {
            Batch batch = prefetch.batch(step);
            BoundNetwork network = networks.get(batch.size() == networks.get(0).batch() ? 0 : 1);
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
        prefetch.close();
        networks.forEach(model::release);
    }
}
