package io.retrograd.demo;

import io.retrograd.data.Digits;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.operation.Initializer;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.GradientOptions;
import io.retrograd.train.GradientPass;
import io.retrograd.train.Gradients;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Gradients that vanish or explode with depth: the norm of dL/dh at each hidden layer h, for
 * activations, first values, batch norm and residual connections, before and after training.
 *
 * <p>A layer multiplies the gradient by φ′ and Wᵀ. Over wide layers of n units whose weights have
 * variance σ², the norm changes by √(n σ² · mean φ′²): at most ¼ for the sigmoid under Xavier's
 * first values, √½ for ReLU under Xavier's, and 1 under Kaiming's.
 *
 * <p>Sources: X. Glorot, Y. Bengio, AISTATS 2010; K. He et al., ICCV 2015 and ECCV 2016; G. Yang et
 * al., A mean field theory of batch normalization, ICLR 2019.
 */
final class Depth implements Demo {
    private static final int[] DEPTHS = {5, 10, 20, 50};
    private static final int SHOWN = 20;
    private static final int SAMPLES = 64;
    private static final int BATCH = 32;
    private static final double RATE = 0.02;
    private static final double MOMENTUM = 0.9;
    private static final int TESTED = 400;
    private static final long STREAM = 0x4445_4550L;

    @Override
    public String name() {
        return "depth";
    }

    @Override
    public String line() {
        return "gradients that vanish or explode with depth, and what keeps them";
    }

    @Override
    public int seconds() {
        return 20;
    }

    /** The networks, of which each has one thing other than one before it. */
    static List<DeepNetwork> all() {
        Initializer xavier = Initializer.xavierNormal();
        Initializer kaiming = Initializer.kaimingNormal();
        Initializer twice = Initializer.normal(2 * Math.sqrt(2.0 / DeepNetwork.WIDTH));
        double none = Double.NaN;
        // The mean field of ReLU behind batch norm: π / (π − 1) of the squared norm.
        double normed = Math.sqrt(Math.PI / (Math.PI - 1));
        return List.of(
                new DeepNetwork("sigmoid, Xavier", new Sigmoid(), xavier, false, false, 0.25),
                new DeepNetwork("sigmoid, Kaiming", new Sigmoid(), kaiming, false, false, none),
                new DeepNetwork("tanh, Xavier", new Tanh(), xavier, false, false, none),
                new DeepNetwork("tanh, Kaiming", new Tanh(), kaiming, false, false, none),
                new DeepNetwork("ReLU, Xavier", new Relu(), xavier, false, false, Math.sqrt(0.5)),
                new DeepNetwork("ReLU, Kaiming", new Relu(), kaiming, false, false, 1),
                new DeepNetwork("ReLU, twice Kaiming", new Relu(), twice, false, false, 2),
                new DeepNetwork("sigmoid, norm", new Sigmoid(), xavier, true, false, none),
                new DeepNetwork("tanh, norm", new Tanh(), xavier, true, false, none),
                new DeepNetwork("ReLU, norm", new Relu(), kaiming, true, false, normed),
                new DeepNetwork("ReLU, residual", new Relu(), kaiming, false, true, Math.sqrt(2)),
                new DeepNetwork("ReLU, residual, norm", new Relu(), kaiming, true, true, none));
    }

    @Override
    public Map<String, Checked> networks() {
        Map<String, Checked> networks = new LinkedHashMap<>();
        all().forEach(
                        network ->
                                networks.put(
                                        network.name(),
                                        new Checked(
                                                network.layers(3),
                                                Shape.of(5, 1, 8, 8),
                                                new CrossEntropy())));
        return networks;
    }

    /**
     * What became of a network of one depth.
     *
     * @param start norms of dL/dh by hidden layer, from the input on, before training
     * @param trained after it; empty where the training diverged
     * @param accuracy on digits that it was not trained on; NaN where the training diverged
     */
    record Run(
            DeepNetwork network,
            int depth,
            List<Double> start,
            List<Double> trained,
            double accuracy) {
        /** The mean factor a layer, towards the input. */
        double factor() {
            return Math.pow(start.get(0) / start.get(depth - 1), 1.0 / (depth - 1));
        }

        Map<String, Object> numbers() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", network.name());
            map.put("depth", depth);
            map.put("factor", factor());
            map.put("predicted_factor", network.factor());
            map.put("start", start);
            map.put("trained", trained);
            map.put("test_accuracy", accuracy);
            return map;
        }
    }

    /** The norms of dL/dh by hidden layer, of one batch, as in training. */
    static List<Double> norms(Model model, int depth, DigitBatch batch) {
        List<String> paths = DeepNetwork.paths(depth);
        GradientOptions options = GradientOptions.train().activations(paths.toArray(String[]::new));
        try (GradientPass pass =
                new GradientPass(model, new CrossEntropy(), batch.labels().length, options)) {
            Gradients gradients = pass.run(batch.pixels(), batch.labels());
            return paths.stream().map(path -> norm(gradients.activationGradient(path))).toList();
        }
    }

    private static double norm(double... values) {
        double sum = 0;
        for (double v : values) {
            sum += v * v;
        }
        return Math.sqrt(sum);
    }

    private static Run run(
            Context context, DeepNetwork network, int depth, LabelledDataset digits, int steps) {
        int[] order = IntStream.range(0, digits.size()).toArray();
        Philox.shuffle(order, context.seed(), STREAM);
        DigitBatch sample = DigitBatch.of(digits, order, TESTED, SAMPLES);
        DigitBatch test = DigitBatch.of(digits, order, 0, context.size(TESTED, 20));
        int others = digits.size() - TESTED - BATCH;
        try (Model model =
                        Model.create(
                                network.layers(depth),
                                Shape.of(1, 8, 8),
                                context.backend(),
                                context.seed());
                TrainStep step =
                        new TrainStep(
                                model,
                                new CrossEntropy(),
                                new Sgd(RATE).momentum(MOMENTUM),
                                BATCH)) {
            List<Double> start = norms(model, depth, sample);
            for (int i = 0; i < steps; i++) {
                int from = TESTED + i * BATCH % others;
                DigitBatch batch = DigitBatch.of(digits, order, from, BATCH);
                step.run(batch.pixels(), batch.labels());
                if (!Double.isFinite(step.loss())) {
                    return new Run(network, depth, start, List.of(), Double.NaN);
                }
            }
            double accuracy = test.accuracy(model.predict(test.pixels()));
            return new Run(network, depth, start, norms(model, depth, sample), accuracy);
        }
    }

    @Override
    public Result run(Context context) {
        int steps = context.size(150, 3);
        int[] depths = context.quick() ? new int[] {5, SHOWN} : DEPTHS;
        context.say(
                "Hidden layers of %d units over digits of 8 x 8 pixels; %d steps of SGD with"
                        + " momentum %.1f at a rate of %.2f.%n"
                        + "factor: by which the norm of dL/dh changes a layer towards the input,"
                        + " at the start, %d layers;%n"
                        + "predicted: for wide layers; accuracy: on %d other digits, by depth%n",
                DeepNetwork.WIDTH, steps, MOMENTUM, RATE, SHOWN, TESTED);
        StringBuilder head = new StringBuilder();
        for (int depth : depths) {
            head.append(String.format(Locale.ROOT, "%10d", depth));
        }
        context.say("%-22s %8s %10s  accuracy:%s", "network", "factor", "predicted", head);
        LabelledDataset digits = Digits.load();
        List<Run> runs = new ArrayList<>();
        for (DeepNetwork network : all()) {
            StringBuilder accuracies = new StringBuilder();
            double factor = Double.NaN;
            for (int depth : depths) {
                Run run = run(context, network, depth, digits, steps);
                runs.add(run);
                factor = depth == SHOWN ? run.factor() : factor;
                accuracies.append(
                        Double.isNaN(run.accuracy())
                                ? String.format(Locale.ROOT, "%10s", "diverged")
                                : String.format(Locale.ROOT, "%8.1f %%", 100 * run.accuracy()));
            }
            context.say(
                    "%-22s %8.3f %10s           %s",
                    network.name(), factor, predicted(network), accuracies);
        }
        context.say(
                "%nThe derivative of the sigmoid is at most 1/4: a gradient that passes %d of them"
                        + " is at most 4^-%d = %.0e of itself%nunder Xavier's first values. ReLU"
                        + " halves the mean square of a gradient, which Kaiming's first values"
                        + " double again.",
                SHOWN, SHOWN, Math.pow(0.25, SHOWN));
        return new Result(
                Map.of("runs", runs.stream().map(Run::numbers).toList()),
                Map.of("depth", () -> new DepthPlot(runs, SHOWN).sheet()));
    }

    private static String predicted(DeepNetwork network) {
        if (Double.isNaN(network.factor())) {
            return "-";
        }
        String bound = network.factor() == 0.25 ? "<= " : "";
        return bound + String.format(Locale.ROOT, "%.3f", network.factor());
    }
}
