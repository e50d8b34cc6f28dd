package io.retrograd.backend.onednn;

import io.retrograd.backend.Choices;
import io.retrograd.backend.Node;
import io.retrograd.backend.Preparation;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Readies one binding's operations: joins them, chooses layouts, and has each list its steps.
 *
 * <p>Two plans are tried, one with channels last throughout and one with the layouts that oneDNN
 * asks for. In each, every pass of a convolution is tried in several layouts, with the reorders
 * that these cost. Where bfloat16 may be widened, plans with float32 activations are tried too. The
 * plan whose steps take the least time, all added up, is kept, and remembered on disk.
 */
final class Planner {
    /** The layouts of activations with channels and spatial dimensions. */
    enum Style {
        /** The channels of one position side by side. */
        CHANNELS_LAST,
        /** As oneDNN's convolutions ask for, often in blocks of channels. */
        BLOCKED
    }

    private final Engine engine;
    private final Choices choices;
    private final boolean gradients;
    private final Map<Tensor, Tensor> aliases = new HashMap<>();
    private final Map<Tensor, Tensor> overwrites = new HashMap<>();
    private Style style = Style.CHANNELS_LAST;

    /** Whether the plan that is being made has activations of more digits than the precision. */
    private boolean widened;

    Planner(Engine engine, Choices choices, boolean gradients) {
        this.engine = engine;
        this.choices = choices;
        this.gradients = gradients;
    }

    Engine engine() {
        return engine;
    }

    /** Whether backward passes are needed. */
    boolean gradients() {
        return gradients;
    }

    /** The style of the plan that is being made. */
    Style style() {
        return style;
    }

    /** Lets a tensor share the memory of one that always holds the same values. */
    void alias(OneDnnTensor tensor, OneDnnTensor source) {
        aliases.put(tensor, source);
    }

    /**
     * Lets a tensor, where there is one, take the memory of one that its operation can overwrite.
     */
    void overwrite(@Nullable OneDnnTensor tensor, OneDnnTensor source) {
        if (tensor != null) {
            overwrites.put(tensor, source);
        }
    }

    Preparation prepare(Preparation.Request request) {
        List<Node> fused = fused(request.nodes(), request);
        String key = key(fused);
        choices.open(key);
        Widening widening = Widening.of(engine, request);
        if (widening != null) {
            int chosen =
                    choices.choose(
                            "element kind, " + key,
                            Widening.KINDS.size(),
                            kind -> {
                                List<OneDnnOp> ops = ops(fused(kind(widening, kind), request));
                                plan(key, ops);
                                double time = ops.stream().mapToDouble(this::milliseconds).sum();
                                ops.forEach(OneDnnOp::release);
                                return time;
                            });
            fused = fused(kind(widening, chosen), request);
        }
        List<OneDnnOp> ops = ops(fused);
        plan(key, ops);
        Completeness.check(fused, aliases, gradients);
        choices.save();
        OneDnnMemory.trim();
        return new Preparation(
                fused, aliases, overwrites, decisions(fused), () -> ops.forEach(OneDnnOp::release));
    }

    private static List<Node> fused(List<Node> nodes, Preparation.Request request) {
        return request.keepAll() ? nodes : Fusion.of(nodes, request.kept());
    }

    private static List<OneDnnOp> ops(List<Node> nodes) {
        return nodes.stream().map(node -> (OneDnnOp) node.op()).toList();
    }

    /** The operations with another element kind, whose choices are told from those of others. */
    private List<Node> kind(Widening widening, int chosen) {
        DType kind = Widening.KINDS.get(chosen);
        widened = kind != engine.precision().dtype();
        return widening.to(kind);
    }

    /** Chooses the layouts, and lists all steps. */
    private void plan(String key, List<OneDnnOp> ops) {
        style = chooseStyle(key, ops);
        list(ops);
    }

    /** The same for plans that compute the same. */
    private String key(List<Node> nodes) {
        StringBuilder key = new StringBuilder("plan, gradients ").append(gradients);
        for (Node node : nodes) {
            key.append('\n').append(node.name()).append(' ');
            key.append(((OneDnnOp) node.op()).signature());
        }
        return key.toString();
    }

    private Style chooseStyle(String key, List<OneDnnOp> ops) {
        if (engine.deterministic() || ops.stream().noneMatch(OneDnnOp::choosesLayouts)) {
            return Style.CHANNELS_LAST;
        }
        int chosen =
                choices.choose(
                        name(key),
                        Style.values().length,
                        i -> {
                            style = Style.values()[i];
                            list(ops);
                            return ops.stream().mapToDouble(this::milliseconds).sum();
                        });
        return Style.values()[chosen];
    }

    private void list(List<OneDnnOp> ops) {
        aliases.clear();
        overwrites.clear();
        for (OneDnnOp op : ops) {
            op.reset();
            op.prepare(this);
            op.settle();
        }
        ops.forEach(op -> op.finish(this));
    }

    private double milliseconds(OneDnnOp op) {
        return milliseconds(op.forwardPass()) + milliseconds(op.backwardPass());
    }

    private double milliseconds(Pass pass) {
        return pass.steps().stream().mapToDouble(this::milliseconds).sum();
    }

    /** Measured once for all steps that are described alike. */
    private double milliseconds(Step step) {
        return choices.milliseconds(name("step " + step.describe()), step::milliseconds);
    }

    /** The name of a choice: operations over other element kinds have others. */
    private String name(String key) {
        return widened ? "widened " + key : key;
    }

    /** A way by its number, and the milliseconds that it takes. */
    record Fastest(int way, double milliseconds) {}

    /**
     * The fastest of several ways to list a pass; the first one where results must not depend on
     * timings. One that is remembered is chosen anew if it is not there or not sound.
     *
     * @param key the computation; the same key stands for the same ways
     * @param ways each lists the pass anew, or gives null if oneDNN lacks it; one at least lists it
     */
    Fastest fastest(String key, List<Supplier<@Nullable Pass>> ways) {
        if (engine.deterministic()) {
            return new Fastest(first(key, ways), 0);
        }
        String name = name(key);
        int way = choices.choose(name, ways.size(), i -> time(ways.get(i)));
        double time = time(ways.get(way));
        if (time == Double.POSITIVE_INFINITY) {
            choices.forget(name, ways.size());
            way = choices.choose(name, ways.size(), i -> time(ways.get(i)));
            time = time(ways.get(way));
        }
        return new Fastest(way, time);
    }

    private static int first(String key, List<Supplier<@Nullable Pass>> ways) {
        for (int i = 0; i < ways.size(); i++) {
            Pass pass = ways.get(i).get();
            if (pass != null) {
                boolean sound = pass.steps().stream().allMatch(Step::sound);
                pass.release();
                if (sound) {
                    return i;
                }
            }
        }
        throw new IllegalStateException("cpu: no way to compute " + key);
    }

    private double time(Supplier<@Nullable Pass> way) {
        Pass pass = way.get();
        if (pass == null) {
            return Double.POSITIVE_INFINITY;
        }
        double time = milliseconds(pass);
        pass.release();
        return time;
    }

    /** The cheapest of several ways; the first where results must not depend on the choice. */
    int choose(String key, int count, IntToDoubleFunction cost) {
        return engine.deterministic() ? 0 : choices.choose(name(key), count, cost);
    }

    private List<String> decisions(List<Node> nodes) {
        List<String> lines = new ArrayList<>();
        if (widened) {
            lines.add("computed in float32, measured to be faster than bf16");
        }
        lines.add("layouts: " + style.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        for (Node node : nodes) {
            OneDnnOp op = (OneDnnOp) node.op();
            describe(lines, node, "forward", op.forwardPass());
            describe(lines, node, "backward", op.backwardPass());
        }
        return lines;
    }

    private static void describe(List<String> lines, Node node, String what, Pass pass) {
        for (Step step : pass.steps()) {
            lines.add(
                    String.format("%s %s %s: %s", node.path(), node.name(), what, step.describe()));
        }
    }
}
