package io.retrograd.train;

import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds a training against what is true of every one that goes right: each trained parameter
 * changes, frozen ones do not; a gradient is not that of the update before; running statistics move
 * in training and only there; the learning rate is the schedule's; few units are dead; gradients
 * have a size that suits their weights.
 *
 * <p>It looks at the first updates, and then at two in a row from time to time, as each look copies
 * all parameters to the host. What could be chance has to be seen several times.
 */
final class Watcher implements TrainingListener, GradientHook {
    /** Updates at first that are all looked at. */
    private static final int FIRST = 32;

    private static final int EVERY = 100;

    /** Updates in a row that look wrong, after which it is no chance. */
    private static final int IN_A_ROW = 3;

    /** Updates in which a dead unit has had no gradient. */
    private static final int DEAD_UPDATES = 20;

    /** A larger share of a layer's units must not be dead. */
    private static final double DEAD_SHARE = 0.5;

    /** The norm of a gradient, relative to that of its weights, that is small, and large. */
    private static final double VANISHED = 1e-10;

    private static final double EXPLODED = 1e5;

    /** A gradient below this, relative to the largest of all parameters, may change nothing. */
    private static final double NEGLIGIBLE = 1e-4;

    private static final double RATE_ROUNDING = 1e-6;

    private final Trainer plan;
    private final Model model;
    private final Map<String, double[]> before = new HashMap<>();
    private final Map<String, double[]> gradients = new HashMap<>();
    private final Map<String, double[]> statistics = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Map<String, boolean[]> alive = new HashMap<>();
    private Map<String, double[]> frozen = Map.of();
    private boolean scheduled = true;
    private long update;
    private int looked;
    private boolean pending;
    private long lastGradients = -1;

    private Watcher(Trainer plan) {
        this.plan = plan;
        model = plan.model;
    }

    /** The same training with a watcher. */
    static Trainer attach(Trainer plan) {
        Watcher watcher = new Watcher(plan);
        GradientHook other = plan.beforeUpdate;
        return plan.beforeUpdate(
                        gradients -> {
                            if (other != null) {
                                other.beforeUpdate(gradients);
                            }
                            watcher.beforeUpdate(gradients);
                        })
                .listener(watcher);
    }

    private Set<String> trained(int epoch) {
        Freezing freezing = epoch > plan.freezing.epochs() ? Freezing.none() : plan.freezing;
        return freezing.trained(plan.optimizer.selection(model.parameters())).tensors().stream()
                .map(Tensor::name)
                .collect(Collectors.toSet());
    }

    @Override
    public void onStart(TrainingControl control) {
        scheduled = control.learningRateFactor() == 1 && plan.plateau == null;
        keepStatistics();
    }

    private void keepStatistics() {
        for (Tensor state : model.parameters().states()) {
            statistics.put(state.name(), state.toArray());
        }
    }

    /** The first updates, and two in a row each time after that. */
    private static boolean due(long update) {
        return update <= FIRST || update % EVERY < 2;
    }

    @Override
    public void beforeUpdate(StepGradients now) {
        update++;
        pending = due(update);
        if (!pending) {
            return;
        }
        before.clear();
        double largest = 0;
        for (String name : now.names()) {
            before.put(name, now.parameter(name));
            double[] g = now.get(name);
            double[] last = gradients.put(name, g);
            largest = Math.max(largest, norm(g));
            boolean stale =
                    last != null
                            && lastGradients == update - 1
                            && norm(g) > 0
                            && matrix(name)
                            && matrices() > 1
                            && Arrays.equals(last, g);
            count(
                    "stale " + name,
                    stale,
                    name
                            + ": expected the gradient of this update, got that of the one before;"
                            + " usually a backward pass or a hook that keeps old gradients, or data"
                            + " that are the same batch while the parameters stay");
        }
        lastGradients = update;
        looked++;
        sizes(largest);
    }

    private boolean matrix(String name) {
        return model.parameters().get(name).shape().rank() > 1;
    }

    private long matrices() {
        return model.parameters().tensors().stream().filter(w -> w.shape().rank() > 1).count();
    }

    /** What the sizes of gradients say. */
    private void sizes(double largest) {
        for (Map.Entry<String, double[]> each : gradients.entrySet()) {
            String name = each.getKey();
            double[] g = each.getValue();
            double[] w = before.getOrDefault(name, g);
            if (matrix(name) && norm(w) > 0) {
                double ratio = norm(g) / norm(w);
                count(
                        "vanished " + name,
                        ratio > 0 && ratio < VANISHED && largest > 0,
                        String.format(
                                "%s: expected a gradient of at least %.0e of its weights, got %.1e;"
                                        + " usually saturated activations, many layers without norm"
                                        + " or shortcut, or a loss scaled down",
                                name, VANISHED, ratio));
                count(
                        "exploded " + name,
                        ratio > EXPLODED,
                        String.format(
                                "%s: expected a gradient of at most %.0e of its weights, got %.1e;"
                                        + " usually inputs or targets that are not normalized, or"
                                        + " no clipping; divide them by their spread",
                                name, EXPLODED, ratio));
            }
            units(name, g);
        }
    }

    /** A unit whose bias never has a gradient gives what is cut off for every sample. */
    private void units(String name, double[] g) {
        if (!name.endsWith("bias") || matrix(name)) {
            return;
        }
        boolean[] units = alive.computeIfAbsent(name, n -> new boolean[g.length]);
        int dead = 0;
        for (int i = 0; i < g.length; i++) {
            units[i] |= g[i] != 0;
            dead += units[i] ? 0 : 1;
        }
        if (looked >= DEAD_UPDATES && norm(g) > 0 && dead > DEAD_SHARE * g.length) {
            throw new WatchException(
                    String.format(
                            "%s: expected at most %.0f %% dead units, got %d of %d without a"
                                    + " gradient in %d updates; usually a learning rate that was"
                                    + " too high, or biases far below 0, before a ReLU",
                            name, 100 * DEAD_SHARE, dead, g.length, looked));
        }
    }

    @Override
    public Next onStep(StepResult step) {
        if (pending && step.learningRate() > 0) {
            pending = false;
            rate(step);
            parameters(step);
            statistics();
        }
        keepStatistics();
        return Next.CONTINUE;
    }

    private void rate(StepResult step) {
        if (!scheduled) {
            return;
        }
        Optimizer optimizer = plan.optimizer;
        Schedule schedule = plan.schedule;
        int updates = (step.stepsPerEpoch() + plan.accumulate - 1) / plan.accumulate;
        double expected =
                optimizer.learningRate() * schedule.factor(model.steps() - 1, updates, plan.epochs);
        count(
                "rate",
                !(Math.abs(step.learningRate() - expected) <= RATE_ROUNDING * expected),
                String.format(
                        "learning rate: expected %s by the schedule, got %s in update %d; usually a"
                                + " listener that sets it, or a schedule that counts by itself",
                        expected, step.learningRate(), model.steps()));
    }

    private void parameters(StepResult step) {
        Set<String> trained = trained(step.epoch());
        double largest = gradients.values().stream().mapToDouble(Watcher::norm).max().orElse(0);
        Map<String, double[]> still = new HashMap<>();
        for (Tensor w : model.parameters().tensors()) {
            String name = w.name();
            double[] now = w.toArray();
            double[] g = gradients.getOrDefault(name, now);
            if (!trained.contains(name)) {
                still.put(name, now);
                double[] first = frozen.getOrDefault(name, before.getOrDefault(name, now));
                if (!Arrays.equals(first, now)) {
                    throw new WatchException(
                            name
                                    + ": expected a frozen parameter to stay as it is, got another;"
                                    + " usually a listener or another training that sets it");
                }
                continue;
            }
            boolean same = Arrays.equals(before.get(name), now);
            count(
                    "unchanged " + name,
                    same && norm(g) > NEGLIGIBLE * largest,
                    name
                            + ": expected the update to change it, got the same values; usually"
                            + " something that puts old values back, or a learning rate below what"
                            + " the precision can tell");
            count(
                    "no gradient " + name,
                    same && norm(g) == 0,
                    name
                            + ": expected a gradient, got 0 in every element, and no change; usually"
                            + " a layer that the loss does not depend on, all units dead, or a"
                            + " backward that forgets it");
        }
        frozen = still;
    }

    private void statistics() {
        boolean fixed = plan.freezing.fixesNorms();
        for (Tensor state : model.parameters().states()) {
            count(
                    "statistic " + state.name(),
                    !fixed && Arrays.equals(statistics.get(state.name()), state.toArray()),
                    state.name()
                            + ": expected the running statistic to move in training, got the same;"
                            + " usually a norm that infers while it should train");
        }
    }

    /** The statistics must be those of the last step still, whatever was evaluated since. */
    @Override
    public Next onEpoch(EpochResult epoch) {
        for (Tensor state : model.parameters().states()) {
            if (!Arrays.equals(statistics.get(state.name()), state.toArray())) {
                throw new WatchException(
                        state.name()
                                + ": expected the running statistic to stay as it is in validation,"
                                + " got another; usually a norm that trains while it should infer");
            }
        }
        return Next.CONTINUE;
    }

    /** Counts how often something looks wrong in a row. */
    private void count(String what, boolean wrong, String message) {
        int times = wrong ? seen.merge(what, 1, Integer::sum) : 0;
        if (!wrong) {
            seen.remove(what);
        } else if (times >= IN_A_ROW) {
            throw new WatchException(message);
        }
    }

    private static double norm(double[] values) {
        return Gradients.norm(Map.of("", values));
    }
}
