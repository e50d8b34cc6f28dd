package io.retrograd.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how each pass of a convolution is computed: by an algorithm of cuDNN's or by a kernel of
 * our own.
 *
 * <p>No algorithm of cuDNN's is taken on trust: each was run once, for this shape on this GPU, and
 * {@link ConvolutionTrial} found its results right. Where gradients are wanted each sound way is
 * timed, once for a shape, and the fastest is remembered. Elsewhere it is what is remembered, or
 * else what cuDNN expects to be the fastest. Results that must be the same bits every time depend
 * on no timing: that is then cuDNN's first that is deterministic.
 */
final class ConvolutionWays {
    /** No workspace is larger, in bytes: what more would bring is not worth the batch it costs. */
    static final long MOST_WORKSPACE = 2L << 30;

    /** A workspace takes at most this part of the GPU's memory. */
    private static final int TOTAL_SHARE = 16;

    /** Nor more than this part of what is free. */
    private static final int FREE_SHARE = 4;

    /** A deterministic way may take so much longer than the fastest and still be preferred. */
    private static final double WORTH_DETERMINISM = 1.05;

    /** The most products that are worth a trial on the CPU. */
    private static final double MOST_STANDIN_PRODUCTS = 4e6;

    private static final List<Verdict> VERDICTS = List.of(Verdict.values());

    private final CudaDevice device;
    private final Descriptors descriptors;
    private final ConvolutionShape shape;
    private final boolean gradients;

    /**
     * The ways of a convolution.
     *
     * @param gradients whether anybody wants them
     */
    ConvolutionWays(
            CudaDevice device, Descriptors descriptors, ConvolutionShape shape, boolean gradients) {
        this.device = device;
        this.descriptors = descriptors;
        this.shape = shape;
        this.gradients = gradients;
    }

    /** The way to compute a pass. */
    ConvolutionWay choose(ConvolutionPass pass) {
        try (Choice choice = new Choice(pass)) {
            return choice.way();
        }
    }

    private long mostWorkspace() {
        CudaContext.Memory memory = device.context().memory();
        long most = mostWorkspace(memory.total());
        return device.deterministic() ? most : Math.min(most, memory.free() / FREE_SHARE);
    }

    /** The most bytes that a workspace has on a GPU with this much memory. */
    static long mostWorkspace(long total) {
        return Math.min(MOST_WORKSPACE, total / TOTAL_SHARE);
    }

    /** The choice for a pass. */
    private final class Choice implements AutoCloseable {
        private final ConvolutionPass pass;
        private final CudnnConvolution.Offer offer;
        private final List<ConvolutionWay> ways;
        private final Map<String, Verdict> faults = new TreeMap<>();
        private @Nullable ConvolutionTrial trial;

        Choice(ConvolutionPass pass) {
            this.pass = pass;
            offer = CudnnConvolution.offer(device, descriptors, shape, pass);
            List<ConvolutionWay> all = new ArrayList<>(offer.ways());
            DepthwiseConvolution.of(device, shape, pass).ifPresent(all::add);
            all.add(new DirectConvolution(device, shape, pass));
            long most = mostWorkspace();
            ways =
                    all.stream()
                            .filter(way -> way.deterministic() || !device.deterministic())
                            .filter(way -> way.workspaceBytes() <= most)
                            .toList();
        }

        ConvolutionWay way() {
            ConvolutionWay chosen = ways.get(index());
            List<ConvolutionWay> others =
                    ways.stream()
                            .filter(way -> way != chosen && !faults.containsKey(way.name()))
                            .filter(way -> way.workspaceBytes() <= chosen.workspaceBytes())
                            .toList();
            return new ReplaceableWay(device, chosen, others, remark(), this::refused);
        }

        private int index() {
            String key =
                    ways.stream()
                            .map(ConvolutionWay::name)
                            .collect(Collectors.joining(", ", pass + " of " + shape + ": ", ""));
            int known = device.deterministic() ? -1 : device.choices().known(key, ways.size());
            if (known >= 0 && verdict(ways.get(known)).usable()) {
                return known;
            }
            if (gradients && device.measures() && affordable()) {
                return fastest(key);
            }
            int first = 0;
            while (!verdict(ways.get(first)).usable()) {
                first++;
            }
            return first;
        }

        private int fastest(String key) {
            try (ConvolutionTimer timer = new ConvolutionTimer(device)) {
                return device.choices()
                        .choose(key, ways.size(), i -> milliseconds(timer, ways.get(i)));
            }
        }

        private double milliseconds(ConvolutionTimer timer, ConvolutionWay way) {
            if (!verdict(way).usable()) {
                return Double.POSITIVE_INFINITY;
            }
            double time = timer.milliseconds(trial().pass(way));
            return way.deterministic() ? time / WORTH_DETERMINISM : time;
        }

        /** What a trial of a way showed, now or before; our own are judged by the tests. */
        private Verdict verdict(ConvolutionWay way) {
            if (way.own()) {
                return Verdict.SOUND;
            }
            int number =
                    device.choices()
                            .decide(key(way), VERDICTS.size(), () -> VERDICTS.indexOf(judged(way)));
            Verdict verdict = VERDICTS.get(number);
            if (!verdict.usable()) {
                faults.put(way.name(), verdict);
            }
            return verdict;
        }

        private String key(ConvolutionWay way) {
            return "verdict on " + way.name() + " for " + pass + " of " + shape;
        }

        private Verdict judged(ConvolutionWay way) {
            if (!affordable()) {
                return Verdict.UNTRIED;
            }
            Verdict verdict = trial().judge(way);
            if (!verdict.usable()) {
                device.log(
                        pass + " of " + shape + ": " + way.name() + " " + verdict + ": left out");
            }
            return verdict;
        }

        /** Remembers what was refused after all. */
        private void refused(ConvolutionWay way) {
            device.choices().replace(key(way), VERDICTS.size(), VERDICTS.indexOf(Verdict.REFUSED));
            device.choices().save();
        }

        private boolean affordable() {
            double products = pass.products(shape) * pass.resultSize(shape);
            return ConvolutionTrial.bytes(device, shape, pass, workspace())
                            <= device.context().memory().free()
                    && (device.measures() || products <= MOST_STANDIN_PRODUCTS);
        }

        private long workspace() {
            return ways.stream().mapToLong(ConvolutionWay::workspaceBytes).max().orElse(0);
        }

        private ConvolutionTrial trial() {
            if (trial == null) {
                trial = new ConvolutionTrial(device, shape, pass, workspace());
            }
            return trial;
        }

        /** Why what cuDNN has was not taken; empty where nothing was wrong with it. */
        private String remark() {
            String wrong =
                    faults.entrySet().stream()
                            .map(fault -> fault.getKey() + " " + fault.getValue())
                            .collect(Collectors.joining(", "));
            return offer.refusal().isEmpty() ? wrong : "cuDNN: " + offer.refusal();
        }

        @Override
        public void close() {
            if (trial != null) {
                trial.close();
            }
        }
    }
}
