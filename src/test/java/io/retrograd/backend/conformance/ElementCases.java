package io.retrograd.backend.conformance;

import io.retrograd.layer.Activation;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.CtcLoss;
import io.retrograd.loss.FocalLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.NllLoss;
import io.retrograd.loss.PoissonNllLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Functions of one number or of a line of numbers: activations, softmax, dropout, losses. */
public final class ElementCases {
    private static final List<Shape> SHAPES =
            List.of(Shape.of(1, 1), Shape.of(13, 7), Shape.of(2, 3, 5, 7));

    private ElementCases() {}

    static Stream<Comparison> all() {
        Stream<Layer> layers =
                Stream.of(
                                elementwise(),
                                Stream.of(new Softmax(1), new Softmax(0)),
                                Stream.of(new LogSoftmax(-1), new LogSoftmax(1)))
                        .flatMap(some -> some);
        Stream<Comparison> functions =
                layers.flatMap(layer -> Stream.concat(alone(layer), between(layer)));
        return Stream.of(
                        functions,
                        edges(),
                        dropout(),
                        custom(),
                        losses(),
                        counts(),
                        crossEntropy(),
                        weighted(),
                        sequences(),
                        LossCases.all(),
                        BinaryCases.all())
                .flatMap(cases -> cases);
    }

    /** All functions of one number. */
    public static Stream<Layer> elementwise() {
        return Stream.of(ActivationSpec.Kind.values())
                .map(kind -> new ActivationSpec(kind, kind == ActivationSpec.Kind.ELU ? 1.3 : 0.2))
                .map(Activation::of);
    }

    private static Stream<Comparison> alone(Layer layer) {
        return SHAPES.stream().map(shape -> Comparison.of(layer, shape).reduction(1));
    }

    /** Channels last and in blocks, with a block that is not full. */
    private static Stream<Comparison> between(Layer layer) {
        return Stream.of(8, 13)
                .map(c -> new Sequential(new Conv2d(c, 3), layer, new Conv2d(2, 1)))
                .map(network -> Comparison.of(network, 2, 3, 5, 7));
    }

    /** Where exponentials overflow, and where digits are easily lost. */
    private static Stream<Comparison> edges() {
        double[] x = {
            -1000, -90, -88, -50, -30, -20.5, -20, -10, -4, -1, 0, 4, 10, 15, 19.5, 20, 20.5, 25,
            50, 88, 90, 0.5
        };
        Stream<Comparison> functions =
                elementwise().map(layer -> Comparison.of(layer, x.length).input(x).reduction(1));
        Stream<Comparison> small =
                Arrays.stream(x)
                        .filter(value -> value <= 0)
                        .mapToObj(v -> Comparison.of(new Softplus(), 1).input(v).reduction(1));
        Stream<Comparison> lines =
                Stream.of(
                        Comparison.of(new Softmax(1), 1, 3).input(1000, 999, -1000),
                        Comparison.of(new LogSoftmax(1), 1, 2).input(1000, 999.9375),
                        Comparison.of(new LogSoftmax(1), 1, 5)
                                .input(-1e-8, 1e-3, -1e-3, 0.1, -0.1));
        return Stream.of(functions, small, lines.map(line -> line.reduction(1)))
                .flatMap(cases -> cases);
    }

    /** Elements are numbered row-major, in whatever order they lie. */
    private static Stream<Comparison> dropout() {
        Layer dropout = new Dropout(0.4);
        Stream<Comparison> alone =
                Stream.of(0.0, 0.1, 0.5, 0.9)
                        .flatMap(
                                p ->
                                        Stream.of(
                                                Comparison.of(new Dropout(p), 1),
                                                Comparison.of(new Dropout(p), 97, 83),
                                                Comparison.of(new Dropout(p), 2, 3, 5, 7)));
        Stream<Comparison> between =
                Stream.of(1, 8, 13)
                        .flatMap(
                                c ->
                                        Stream.of(
                                                Comparison.of(
                                                        in(new Conv1d(c, 2), dropout, new Tanh()),
                                                        3,
                                                        2,
                                                        7),
                                                Comparison.of(
                                                        in(
                                                                new Conv2d(c, 3),
                                                                dropout,
                                                                new Conv2d(3, 2)),
                                                        3,
                                                        2,
                                                        5,
                                                        7),
                                                Comparison.of(
                                                        in(new Conv3d(c, 2), new Tanh(), dropout),
                                                        1,
                                                        2,
                                                        3,
                                                        4,
                                                        3)));
        double[] special = new double[64];
        Arrays.setAll(special, i -> i % 3 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
        return Stream.of(
                        alone.map(it -> it.reduction(1)),
                        between,
                        Stream.of(
                                Comparison.of(in(dropout, new Dropout(0.2)), 13, 7),
                                // whose backward reads what dropout has overwritten, if it may
                                Comparison.of(in(new Softmax(1), dropout), 13, 7),
                                Comparison.of(dropout, 8, 8).input(special)))
                .flatMap(cases -> cases);
    }

    private static Stream<Comparison> custom() {
        Custom tanh = Custom.of("tanh", Math::tanh, x -> 1 / (Math.cosh(x) * Math.cosh(x)));
        return Stream.of(tanh, new Custom(new Affine()))
                .flatMap(
                        custom ->
                                Stream.of(
                                        Comparison.of(custom, 13, 7),
                                        Comparison.of(custom, 2, 3, 5, 7),
                                        Comparison.of(
                                                in(new Conv2d(13, 3), custom, new Conv2d(3, 2)),
                                                2,
                                                3,
                                                5,
                                                7)));
    }

    private static Stream<Comparison> losses() {
        return Stream.of(
                        new MseLoss(),
                        new MseLoss().reduction(Reduction.SUM),
                        new L1Loss(),
                        new SmoothL1Loss(0.5),
                        new SmoothL1Loss(0),
                        new HuberLoss(0.5),
                        new HuberLoss(0.7).reduction(Reduction.SUM),
                        new BceWithLogitsLoss(),
                        new KlDivLoss(),
                        new FocalLoss(),
                        new FocalLoss().alpha(-1).gamma(0.5),
                        new FocalLoss().gamma(0).reduction(Reduction.SUM))
                .flatMap(ElementCases::pointwise);
    }

    /** Counts, of means above 0 and of their logarithms. */
    private static Stream<Comparison> counts() {
        PoissonNllLoss loss = new PoissonNllLoss();
        double[] counts = {0, 1, 2, 3.5, 17, 0, 5};
        return Stream.of(loss, loss.full(true).reduction(Reduction.SUM))
                .flatMap(
                        l ->
                                Stream.of(
                                        Comparison.of(in(), 2, 3, 7).loss(l, target(42)),
                                        Comparison.of(in(), 7)
                                                .input(-1000, 0, 1, 1.25, 3, -2, 80)
                                                .loss(l, counts),
                                        Comparison.of(in(), 7)
                                                .input(1e-6, 0.5, 1, 3, 17, 0, 100)
                                                .loss(l.logInput(false), counts),
                                        Comparison.of(in(), 7)
                                                .input(1e-6, 0.5, 1, 3, 17, 0, 100)
                                                .loss(l.logInput(false).eps(0.25), counts)));
    }

    /** Repeated labels, no label, all steps and few, more labels than steps. */
    private static Stream<Comparison> sequences() {
        CtcLoss ctc = new CtcLoss(3);
        double[] target = {7, 3, 2, 2, 4, 5, 1, 3, 0, 0, 4, 0, 1, 1, 1, 0, 0, 1, 1, 1};
        double[] few = {2, 3, 2, 2, 4, 5, 1, 3, 0, 0, 7, 2, 1, 1, 1, 0, 1, 1, 1, 1};
        double[] single = {60, 30};
        double[] labels = IntStream.range(0, 30).mapToDouble(i -> 1 + i * 7 % 39).toArray();
        return Stream.of(
                Comparison.of(in(), 7, 4, 5).loss(ctc, target),
                Comparison.of(in(), 7, 4, 5).loss(ctc.reduction(Reduction.SUM), target),
                Comparison.of(in(), 4, 7, 5).loss(ctc.batchFirst(), target),
                Comparison.of(in(), 7, 4, 5).loss(ctc.zeroInfinity(), few),
                Comparison.of(in(), 60, 1, 40)
                        .loss(
                                new CtcLoss(30),
                                DoubleStream.concat(
                                                DoubleStream.of(single), DoubleStream.of(labels))
                                        .toArray()));
    }

    /** Weights of elements and of classes. */
    private static Stream<Comparison> weighted() {
        BceWithLogitsLoss bce = new BceWithLogitsLoss().positiveWeights(List.of(0.5, 2.0, 7.0));
        return Stream.of(Shape.of(5, 3), Shape.of(2, 3, 5, 7))
                .flatMap(
                        s ->
                                Stream.of(
                                        Comparison.of(in(), s).loss(bce, target(s.size())),
                                        Comparison.of(in(), s)
                                                .loss(bce.weighted(), target(2 * s.size())),
                                        Comparison.of(in(), s)
                                                .loss(
                                                        new HuberLoss(0.5).weighted(),
                                                        target(2 * s.size()))));
    }

    private static Stream<Comparison> pointwise(Loss loss) {
        Stream<Comparison> alone =
                Stream.of(Shape.of(1), Shape.of(13, 7), Shape.of(2, 3, 5, 7))
                        .map(s -> Comparison.of(in(), s).loss(loss, target(s.size())));
        return Stream.concat(
                alone,
                Stream.of(
                        Comparison.of(new Conv2d(13, 3), 2, 3, 5, 7)
                                .loss(loss, target(2L * 13 * 3 * 5)),
                        // overflow, ties with the target, and targets of 0
                        Comparison.of(in(), 8)
                                .input(0, 1, -1, 0.5, -0.5, 1000, -1000, 0.25)
                                .loss(loss, 0, 1, 0, 1, 0, 1, 0, 0.25)));
    }

    private static Stream<Comparison> crossEntropy() {
        CrossEntropy entropy = new CrossEntropy();
        Stream<Comparison> shapes =
                Stream.of(Shape.of(1, 1), Shape.of(13, 7), Shape.of(5, 33), Shape.of(9, 3))
                        .map(s -> Comparison.of(in(), s).loss(entropy, labels(s)));
        Shape s = Shape.of(7, 4);
        List<Double> weights = List.of(0.5, 2.0, 1.25, 3.0);
        Stream<Comparison> settings =
                Stream.of(
                                entropy.labelSmoothing(0.2),
                                entropy.classWeights(weights),
                                entropy.classWeights(weights).labelSmoothing(0.1),
                                entropy.classWeights(weights).reduction(Reduction.SUM),
                                entropy.reduction(Reduction.SUM))
                        .map(loss -> Comparison.of(in(), s).loss(loss, labels(s)));
        return Stream.of(
                        shapes,
                        settings,
                        positions(),
                        Stream.of(
                                Comparison.of(in(), 2, 3)
                                        .input(1000, -1000, 0, -88, 88, 3)
                                        .loss(entropy, 1, 2)))
                .flatMap(cases -> cases);
    }

    /** A label for each position, or for each class a probability; log-probabilities. */
    private static Stream<Comparison> positions() {
        CrossEntropy entropy = new CrossEntropy();
        List<Double> weights = List.of(0.5, 2.0, 1.25, 3.0);
        return Stream.of(
                        Shape.of(3, 4, 5),
                        Shape.of(2, 4, 3, 33),
                        Shape.of(300, 4),
                        Shape.of(1, 4, 1))
                .flatMap(
                        s ->
                                Stream.of(
                                        Comparison.of(in(), s).loss(entropy, labels(s)),
                                        Comparison.of(in(), s)
                                                .loss(
                                                        entropy.ignoreIndex(3)
                                                                .classWeights(weights)
                                                                .labelSmoothing(0.1),
                                                        labels(s)),
                                        Comparison.of(in(), s)
                                                .loss(
                                                        entropy.ofProbabilities()
                                                                .classWeights(weights)
                                                                .labelSmoothing(0.1),
                                                        target(s.size())),
                                        Comparison.of(in(), s)
                                                .loss(
                                                        entropy.ofProbabilities()
                                                                .reduction(Reduction.SUM),
                                                        target(s.size())),
                                        Comparison.of(in(), s)
                                                .loss(
                                                        new NllLoss()
                                                                .ignoreIndex(1)
                                                                .classWeights(weights),
                                                        labels(s)),
                                        Comparison.of(in(), s)
                                                .loss(
                                                        new NllLoss().reduction(Reduction.SUM),
                                                        labels(s))));
    }

    private static double[] labels(Shape logits) {
        double[] labels = new double[(int) logits.size() / logits.dim(1)];
        Arrays.setAll(labels, i -> 3 * i % logits.dim(1));
        return labels;
    }

    private static double[] target(long size) {
        return new Random(5).doubles(size, 0, 1).map(value -> (float) value).toArray();
    }

    private static Layer in(Layer... layers) {
        return new Sequential(layers);
    }
}
