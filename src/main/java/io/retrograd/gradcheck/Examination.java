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
    private final BindOptions options;
    private final boolean derivatives;
    private final double tolerance;
    private final RandomValues random;
    private final long seed;
    private final List<GradientReport.Row> rows = new ArrayList<>();
    private final Failures failures = new Failures();
    private final List<String> remarks = new ArrayList<>();

    Examination(
            Layer layer,
            @Nullable JointLoss loss,
            Shape inputShape,
            boolean training,
            long seed,
            boolean derivatives,
            double tolerance) {
        this.derivatives = derivatives;
        this.tolerance = tolerance;
        this.layer = layer;
        this.loss = loss;
        this.inputShape = inputShape;
        this.seed = seed;
        options = BindOptions.inspect(training).surrogates(true);
        random = new RandomValues(seed);
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

    void run(Backend device, double @Nullable [] input, int coordinates) {
        try (Parameters parameters = new Parameters(device, seed);
                Subject subject = bind(parameters, options)) {
            Values others = Values.draw(subject, random, /* input= */ null);
            Values values = Values.draw(subject, random, input).rounded(subject);
            RoundedRuns rounded = rounded(subject, values);
            checkPasses(subject, values, others, rounded);
            new StatisticsCheck(subject, values, failures).run(options.training());
            AdjointCheck adjoint = new AdjointCheck(subject, values);
            if (adjoint.applies()) {
                adjoint.run(failures);
                remarks.add("a linear map: <J v, u> = <v, J' u> was checked too");
            }
            remarkSurrogate(subject, values);
            if (device.reference() && derivatives) {
                checkDerivatives(subject, subject, subject, values, rounded, coordinates);
            } else {
                checkAgainstReference(subject, values, rounded, coordinates);
            }
        }
    }

    private Subject bind(Parameters parameters, BindOptions how) {
        return Subject.bind(layer, loss, inputShape, parameters, how).tolerance(tolerance);
    }

    private RoundedRuns rounded(Subject subject, Values values) {
        Backend device = subject.parameters().backend();
        if (device.reference() || (derivatives && !device.roundsResults())) {
            return RoundedRuns.NONE;
        }
        double epsilon = device.roundsResults() ? device.epsilon() : SUMS * device.epsilon();
        try (Backend reference = openReference();
                Parameters parameters = new Parameters(reference, seed);
                Subject exact = bind(parameters, options)) {
            return RoundedRuns.of(exact, values, epsilon);
        }
    }

    private void checkPasses(Subject subject, Values values, Values others, RoundedRuns rounded) {
        PassCheck passes = new PassCheck(subject, values, failures);
        passes.run(others);
        BindOptions reuse =
                BindOptions.gradients(options.training())
                        .surrogates(true)
                        .memoryLimit(options.memoryLimit());
        try (Subject reusing = bind(subject.parameters(), reuse)) {
            passes.compareWith(reusing, rounded);
        }
    }

    /** Adds a remark if the gradients belong to another function than forward computes. */
    private void remarkSurrogate(Subject subject, Values values) {
        try (Subject plain = bind(subject.parameters(), BindOptions.inspect(options.training()))) {
            plain.set(values);
            if (!Arrays.equals(plain.forward(values), subject.forward(values))) {
                remarks.add("gradients are checked against the declared surrogates");
            }
        }
    }

    /** A float64 device is its own measure; derivatives in less than that say too little. */
    private void checkAgainstReference(
            Subject subject, Values values, RoundedRuns rounded, int coordinates) {
        try (Backend device = openReference();
                Parameters parameters = new Parameters(device, seed);
                Subject reference = bind(parameters, options)) {
            subject.forward(values);
            subject.backward(values);
            reference.set(values);
            reference.forward(values);
            reference.backward(values);
            BackendCheck check = new BackendCheck(subject, reference, rounded, failures);
            check.run();
            if (!derivatives) {
                rows.addAll(check.rows());
                return;
            }
            boolean exact = subject.parameters().backend().dtype() == DType.FLOAT64;
            Subject measure = exact ? subject : reference;
            checkDerivatives(subject, reference, measure, values, rounded, coordinates);
        }
    }

    private void checkDerivatives(
            Subject subject,
            Subject reference,
            Subject measure,
            Values values,
            RoundedRuns rounded,
            int coordinates) {
        Scales scales = Scales.typical(subject);
        Derivatives derivatives =
                new Derivatives(measure, values, subject.sumRounding(), random.fork());
        DerivativeCheck check =
                new DerivativeCheck(measure, values, derivatives, rounded, random, coordinates);
        long before = failures.countWrong();
        for (int i = 0; i < subject.variables().size(); i++) {
            Tensor variable = subject.variables().get(i);
            rows.add(
                    check.check(
                            measure.variables().get(i),
                            variable.requireGrad().toArray(),
                            reference.variables().get(i).requireGrad().toArray(),
                            scales.of(variable),
                            failures));
        }
        if (failures.countWrong() > before && subject.equals(measure)) {
            new Culprit(subject, values, derivatives, random.fork()).find(failures);
        }
    }
}
