package io.retrograd.gradcheck;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of a {@link GradientCheck}: binds the subject and applies every check to it. */
final class Examination {
    private static final String REFERENCE = "reference";
    private static final String FLOAT64 = "float64";

    /** What sums round beyond a result, where they are all that a device rounds. */
    private static final double SUMS = 4;

    private final Layer layer;
    private final @Nullable JointLoss loss;
    private final Shape inputShape;
    private final Settings settings;
    private final BindOptions options;
    private final RandomValues random;
    private final List<GradientReport.Row> rows = new ArrayList<>();
    private final Failures failures = new Failures();
    private final List<String> remarks = new ArrayList<>();
    private final Power power = new Power();
    private final Power resolved = new Power();

    /**
     * How a subject is checked.
     *
     * @param input x, or null to draw it
     * @param family what it is drawn from
     * @param ranges bounds of values that are drawn otherwise, by the name of their tensor
     * @param coordinates elements to sample from each larger tensor; 0 for the default
     * @param derivatives whether differences are taken
     * @param ownDifferences whether the device's own passes are the only measure
     * @param tolerance relative error that is accepted beside rounding
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Settings(
            long seed,
            boolean training,
            double @Nullable [] input,
            ValueFamily family,
            Map<String, double[]> ranges,
            int coordinates,
            boolean derivatives,
            boolean ownDifferences,
            double tolerance) {}

    Examination(Layer layer, @Nullable JointLoss loss, Shape inputShape, Settings settings) {
        this.layer = layer;
        this.loss = loss;
        this.inputShape = inputShape;
        this.settings = settings;
        options = BindOptions.inspect(settings.training()).surrogates(true);
        random = new RandomValues(settings.seed());
    }

    /** The float64 reference, on one thread: what is checked is small. */
    static Backend openReference() {
        return Backends.open(REFERENCE, FLOAT64, 1);
    }

    List<GradientReport.Row> rows() {
        return rows;
    }

    List<GradientFailure> failures() {
        return failures.all();
    }

    List<String> remarks() {
        return remarks;
    }

    void run(Backend device) {
        try (Parameters parameters = new Parameters(device, settings.seed());
                Subject subject = bind(parameters, options)) {
            Values others = others(subject);
            Values values = values(subject);
            if (settings.ownDifferences()) {
                runByItself(subject, values, others);
            } else if (device.reference() && settings.derivatives()) {
                runAlone(subject, values, others);
            } else {
                runBesideReference(subject, values, others);
            }
        }
    }

    /** The values at which a device is checked, by name. */
    Map<String, double[]> values(Backend device) {
        try (Parameters parameters = new Parameters(device, settings.seed());
                Subject subject = bind(parameters, options)) {
            others(subject);
            return values(subject).named();
        }
    }

    /** Drawn before {@link #values}. */
    private Values others(Subject subject) {
        return Values.draw(subject, random, /* input= */ null, ValueFamily.SPREAD)
                .between(settings.ranges(), subject, random);
    }

    private Values values(Subject subject) {
        return Values.draw(subject, random, settings.input(), settings.family())
                .between(settings.ranges(), subject, random)
                .rounded(subject);
    }

    private Subject bind(Parameters parameters, BindOptions how) {
        return Subject.bind(layer, loss, inputShape, parameters, how)
                .tolerance(settings.tolerance());
    }

    /** A device is its own measure, whatever its precision. */
    private void runByItself(Subject subject, Values values, Values others) {
        PassCheck passes = new PassCheck(subject, values, /* anyOrder= */ true, failures);
        passes.run(others);
        double epsilon = subject.parameters().backend().epsilon();
        Allowance allowance = Allowance.ofOwn(ResultNoise.measure(subject, values, epsilon));
        checkPasses(passes, subject, values, allowance);
        Derivatives derivatives =
                Derivatives.withoutKinks(subject, values, subject.sumRounding(), random.fork());
        checkDerivatives(
                subject,
                /* reference= */ null,
                subject,
                values,
                others,
                allowance,
                Examination::nothing,
                derivatives);
    }

    /** The reference is its own measure. */
    private void runAlone(Subject subject, Values values, Values others) {
        PassCheck passes = new PassCheck(subject, values, /* anyOrder= */ false, failures);
        passes.run(others);
        Allowance allowance = allowance(subject, subject, values);
        checkPasses(passes, subject, values, allowance);
        checkDerivatives(
                subject,
                subject,
                subject,
                values,
                others,
                allowance,
                Examination::nothing,
                derivatives(subject, subject, values));
    }

    private Derivatives derivatives(Subject subject, Subject measure, Values values) {
        return new Derivatives(measure, values, subject.sumRounding(), random.fork());
    }

    /** A float64 device is its own measure; derivatives in less than that say too little. */
    private void runBesideReference(Subject subject, Values values, Values others) {
        try (Backend device = openReference();
                Parameters parameters = new Parameters(device, settings.seed());
                Subject reference = bind(parameters, options)) {
            PassCheck passes = new PassCheck(subject, values, /* anyOrder= */ false, failures);
            passes.run(others);
            Allowance allowance = allowance(subject, reference, values);
            checkPasses(passes, subject, values, allowance);
            subject.forward(values);
            subject.backward(values);
            run(reference, values);
            Supplier<RoundedRuns> turned = turned(subject, reference, values);
            BackendCheck check =
                    new BackendCheck(subject, reference, allowance, turned, failures, power);
            check.run();
            if (!settings.derivatives()) {
                rows.addAll(check.rows());
                return;
            }
            boolean exact = subject.parameters().backend().dtype() == DType.FLOAT64;
            Subject measure = exact ? subject : reference;
            checkDerivatives(
                    subject,
                    reference,
                    measure,
                    values,
                    others,
                    allowance,
                    turned,
                    derivatives(subject, measure, values));
        }
    }

    private static RoundedRuns nothing() {
        return RoundedRuns.NONE;
    }

    private static void run(Subject subject, Values values) {
        subject.set(values);
        subject.forward(values);
        subject.backward(values);
    }

    /** What the device may be off by, from runs of the reference. */
    private static Allowance allowance(Subject subject, Subject reference, Values values) {
        Backend device = subject.parameters().backend();
        RoundedRuns rounded =
                device.roundsResults()
                        ? RoundedRuns.of(reference, values, device.epsilon())
                        : RoundedRuns.NONE;
        return Allowance.of(subject, ResultNoise.measure(reference, values), rounded);
    }

    /** What rounding turns on a device of less than float64, once that is asked. */
    private static Supplier<RoundedRuns> turned(Subject subject, Subject reference, Values values) {
        Backend device = subject.parameters().backend();
        if (device.roundsResults() || device.dtype() == DType.FLOAT64) {
            return Examination::nothing;
        }
        return new Supplier<>() {
            private @Nullable RoundedRuns runs;

            @Override
            public RoundedRuns get() {
                if (runs == null) {
                    runs = RoundedRuns.of(reference, values, SUMS * device.epsilon());
                    run(reference, values);
                }
                return runs;
            }
        };
    }

    private void checkPasses(
            PassCheck passes, Subject subject, Values values, Allowance allowance) {
        BindOptions reuse =
                BindOptions.gradients(options.training())
                        .surrogates(true)
                        .memoryLimit(options.memoryLimit());
        try (Subject reusing = bind(subject.parameters(), reuse)) {
            passes.compareWith(reusing, allowance);
        }
        new StatisticsCheck(subject, values, allowance, failures).run(options.training());
        AdjointCheck adjoint = new AdjointCheck(subject, values, allowance, power);
        if (adjoint.applies()) {
            adjoint.run(failures);
            remarks.add("a linear map: <J v, u> = <v, J' u> was checked too");
        }
        remarkSurrogate(subject, values);
    }

    /** Adds a remark if the gradients belong to another function than forward computes. */
    private void remarkSurrogate(Subject subject, Values values) {
        try (Subject plain = bind(subject.parameters(), BindOptions.inspect(options.training()))) {
            plain.set(values);
            if (!settings.ownDifferences()
                    && !Arrays.equals(plain.forward(values), subject.forward(values))) {
                remarks.add("gradients are checked against the declared surrogates");
            }
        }
    }

    private void checkDerivatives(
            Subject subject,
            @Nullable Subject reference,
            Subject measure,
            Values values,
            Values others,
            Allowance allowance,
            Supplier<RoundedRuns> turned,
            Derivatives derivatives) {
        Scales scales = Scales.typical(subject);
        DerivativeCheck check =
                new DerivativeCheck(
                        measure,
                        values,
                        derivatives,
                        allowance,
                        turned,
                        power,
                        resolved,
                        random,
                        settings.coordinates());
        long before = failures.countWrong();
        for (int i = 0; i < subject.variables().size(); i++) {
            Tensor variable = subject.variables().get(i);
            rows.add(
                    check.check(
                            measure.variables().get(i),
                            variable.requireGrad().toArray(),
                            reference == null
                                    ? null
                                    : reference.variables().get(i).requireGrad().toArray(),
                            scales.of(variable),
                            failures));
        }
        if (failures.countWrong() > before && subject.equals(measure)) {
            new Culprit(subject, values, derivatives, random.fork()).find(failures);
        }
        new VanishedCheck(measure, values, others, power, resolved, failures).run();
    }
}
