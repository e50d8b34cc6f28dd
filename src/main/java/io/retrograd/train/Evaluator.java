package io.retrograd.train;

import io.retrograd.bind.BindOptions;
import io.retrograd.loss.Loss;
import java.util.ArrayList;
import java.util.List;

/** A model bound with its loss in inference mode, to evaluate one data set any number of times. */
final class Evaluator implements AutoCloseable {
    private final Model model;
    private final Dataset dataset;
    private final List<Batch> batches = new ArrayList<>();
    private final List<BoundNetwork> networks = new ArrayList<>();

    Evaluator(Model model, Loss loss, Dataset dataset, int batch) {
        Batch.check(dataset, model);
        this.model = model;
        this.dataset = dataset;
        for (int size : Batch.sizes(dataset.size(), batch)) {
            batches.add(new Batch(model, size, dataset.largestPixel()));
            networks.add(model.adopt(new BoundNetwork(model, size, BindOptions.infer(), loss)));
        }
    }

    Evaluation run() {
        Tally tally = new Tally(batches.get(0).classes());
        while (tally.samples() < dataset.size()) {
            int start = tally.samples();
            int kind = dataset.size() - start >= batches.get(0).size() ? 0 : 1;
            Batch batch = batches.get(kind);
            for (int n = 0; n < batch.size(); n++) {
                batch.load(dataset, start + n, n);
            }
            BoundNetwork network = networks.get(kind);
            batch.feed(network);
            network.infer();
            network.output(batch.output());
            tally.add(batch, network.loss());
        }
        return tally.evaluation();
    }

    @Override
    public void close() {
        networks.forEach(model::release);
    }
}
