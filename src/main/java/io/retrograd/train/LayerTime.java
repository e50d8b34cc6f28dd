package io.retrograd.train;

import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Node;
import io.retrograd.backend.Selection;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How long an operation takes in a training step, alone on its device.
 *
 * @param layer the path of the layer that it belongs to, as in {@code 3.body.1}
 * @param operations what it does, as in {@code Conv2d+Relu}
 * @param forwardSeconds the median of its forward passes
 * @param backwardSeconds the median of its backward passes; 0 if it has none
 */
public record LayerTime(
        String layer, String operations, double forwardSeconds, double backwardSeconds) {
    private static final double NANOS = 1e9;
    private static final int MOST_STEPS = 50;

    public LayerTime {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(operations, "operations");
    }

    /**
     * Times every operation of a trainer's step on the first samples of a data set, losses too, in
     * forward order. The device is waited for behind each, so that their sum is more than a step
     * takes.
     *
     * <p>Parameters and running statistics are afterwards what they were; gradients are those of
     * the last of these steps.
     *
     * @param seconds the time for it, about; one step is timed however long it takes
     * @throws MemoryException if the step does not fit the device's memory
     */
    public static List<LayerTime> measure(Trainer trainer, Dataset dataset, double seconds) {
        Model model = trainer.model;
        model.enterDevice();
        try {
            Batch.check(dataset, model);
            Snapshot before = new Snapshot(model.parameters());
            int size = Math.min(trainer.batch, dataset.size());
            BoundNetwork network =
                    model.adopt(new BoundNetwork(model, size, options(trainer), trainer.losses));
            try {
                Batch batch = new Batch(network, dataset, /* asTheyAre= */ true, Set.of());
                for (int n = 0; n < size; n++) {
                    batch.load(n, n);
                }
                batch.feed(network);
                return measure(network.binding(), seconds, model);
            } finally {
                model.release(network);
                before.restore();
            }
        } finally {
            model.exitDevice();
        }
    }

    private static BindOptions options(Trainer trainer) {
        Selection all = trainer.optimizer.selection(trainer.model.parameters());
        return trainer.freezing.options(trainer.freezing.trained(all));
    }

    private static List<LayerTime> measure(Binding binding, double seconds, Model model) {
        long begin = System.nanoTime();
        binding.run(new Clock(model));
        List<Clock> steps = new ArrayList<>();
        do {
            Clock step = new Clock(model);
            binding.run(step);
            steps.add(step);
        } while (steps.size() < MOST_STEPS && System.nanoTime() - begin < seconds * NANOS);
        return binding.nodes().stream()
                .map(
                        node ->
                                new LayerTime(
                                        node.path(),
                                        node.name(),
                                        median(steps, node, /* backward= */ false),
                                        median(steps, node, /* backward= */ true)))
                .toList();
    }

    private static double median(List<Clock> steps, Node node, boolean backward) {
        double[] times =
                steps.stream().mapToDouble(step -> step.seconds(node, backward)).sorted().toArray();
        return Arrays.stream(times).skip((times.length - 1) / 2).findFirst().orElse(0);
    }

    /** The times of one step. */
    private static final class Clock implements Binding.Watcher {
        private final Model model;
        private final Map<Node, Long> forward = new HashMap<>();
        private final Map<Node, Long> backward = new HashMap<>();
        private long begin;

        private Clock(Model model) {
            this.model = model;
        }

        @Override
        public void before(Node node, boolean back) {
            begin = System.nanoTime();
        }

        @Override
        public void after(Node node, boolean back) {
            model.parameters().backend().synchronize();
            (back ? backward : forward).put(node, System.nanoTime() - begin);
        }

        private double seconds(Node node, boolean back) {
            return Objects.requireNonNullElse((back ? backward : forward).get(node), 0L) / NANOS;
        }
    }
}
