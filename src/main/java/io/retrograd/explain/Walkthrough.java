package io.retrograd.explain;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.operation.Products;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Tensor;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One training step of a network small enough to follow by hand: every intermediate number, the
 * formula it came from, and beside each gradient its finite difference.
 *
 * <p>The numbers are the engine's own: the same operations that train any network run here, and are
 * read after each pass.
 */
public final class Walkthrough implements AutoCloseable {
    public static final int EXAMPLES = WorkedExample.all().size();

    private static final double STEP = 1e-4;

    private final WorkedExample example;
    private final int number;
    private final Parameters parameters;
    private final Binding binding;
    private final Tensor input;
    private final Tensor loss;

    /**
     * Binds an example.
     *
     * @param number from 1 to {@link #EXAMPLES}
     * @throws IllegalArgumentException for another number
     */
    public Walkthrough(int number, Backend backend) {
        this(number, example(number), backend);
    }

    Walkthrough(int number, WorkedExample example, Backend backend) {
        this.number = number;
        this.example = example;
        parameters = new Parameters(backend, /* seed= */ 0);
        Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ true));
        input = binder.input(WorkedExample.INPUT_SHAPE);
        Tensor output = example.network().bind(binder, input);
        Tensor target = example.loss().target(binder, output.shape());
        loss = example.loss().bind(binder, output, target);
        binding = binder.commit();
        input.copyFrom(values(example.input()));
        example.parameters().forEach((name, v) -> parameters.get(name).copyFrom(values(v)));
        target.copyFrom(example.target());
        loss.requireGrad().copyFrom(example.lossScale());
    }

    private static WorkedExample example(int number) {
        if (number < 1 || number > EXAMPLES) {
            throw new IllegalArgumentException(
                    "walkthrough: expected an example from 1 to " + EXAMPLES + ", got " + number);
        }
        return WorkedExample.all().get(number - 1);
    }

    /** Prints the step, and leaves the parameters as they are after it. */
    public void print(PrintWriter out) {
        out.printf("Example %d: %s%n%nForward%n", number, example.title());
        binding.forward();
        for (Node node : binding.nodes()) {
            Narration.forward(node.operation()).forEach(line -> out.println("  " + line));
        }
        double before = lossValue();
        if (example.lossScale() != 1) {
            out.printf(
                    "  loss = %s * %s = %s%n",
                    Narration.number(example.lossScale()),
                    Narration.number(loss.toArray()[0]),
                    Narration.number(before));
        }
        printBackward(out);
        printUpdate(out);
        binding.forward();
        out.printf("%nForward again, after the step%n");
        binding.nodes().stream()
                .filter(node -> node.operation() instanceof Products.Convolution)
                .forEach(node -> out.println("  " + Narration.forward(node.operation()).get(0)));
        out.printf("  loss %s -> %s%n%n", Narration.number(before), Narration.number(lossValue()));
        example.remarks().forEach(out::println);
        out.flush();
    }

    private void printBackward(PrintWriter out) {
        out.printf("%nBackward%n");
        String format = "  %-21s %-36s %12s %18s%n";
        out.printf(format, "gradient of", "formula", "value", "finite difference");
        binding.backward();
        List<Node> nodes = binding.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            for (Narration.Gradient gradient : Narration.backward(nodes.get(i).operation())) {
                out.printf(
                        format,
                        gradient.of(),
                        gradient.formula(),
                        Narration.number(gradient.tensor().requireGrad().toArray()[gradient.at()]),
                        Narration.number(difference(gradient.tensor(), gradient.at())));
            }
        }
    }

    private void printUpdate(PrintWriter out) {
        out.printf("%nUpdate, w - %s * gradient%n", Narration.number(example.learningRate()));
        List<double[]> old = parameters.tensors().stream().map(Tensor::toArray).toList();
        parameters.setControl(example.learningRate(), /* step= */ 1);
        new Sgd(example.learningRate()).bind(parameters).run();
        int k = 0;
        for (Tensor w : parameters.tensors()) {
            double[] gradients = w.requireGrad().toArray();
            double[] now = w.toArray();
            for (int i = 0; i < now.length; i++) {
                out.printf(
                        "  %-21s %s - %s * %s = %s%n",
                        Narration.element(w, i),
                        Narration.number(old.get(k)[i]),
                        Narration.number(example.learningRate()),
                        Narration.factor(gradients[i]),
                        Narration.number(now[i]));
            }
            k++;
        }
    }

    /** dL / d tensor[at], by central differences of fourth order; all values end as they were. */
    private double difference(Tensor tensor, int at) {
        double[] original = tensor.toArray();
        double near = lossAt(tensor, at, STEP) - lossAt(tensor, at, -STEP);
        double far = lossAt(tensor, at, 2 * STEP) - lossAt(tensor, at, -2 * STEP);
        tensor.copyFrom(original);
        binding.forward();
        return (8 * near - far) / (12 * STEP);
    }

    /** The loss with one element moved: all operations behind the one that wrote it run again. */
    private double lossAt(Tensor tensor, int at, double step) {
        binding.forward();
        double[] original = tensor.toArray();
        double[] moved = original.clone();
        moved[at] += step;
        tensor.copyFrom(moved);
        @Nullable Node writer = binding.writerOf(tensor);
        int first = writer == null ? 0 : binding.nodes().indexOf(writer) + 1;
        binding.nodes().stream().skip(first).forEach(node -> node.op().forward());
        double value = lossValue();
        tensor.copyFrom(original);
        return value;
    }

    private double lossValue() {
        return example.lossScale() * loss.toArray()[0];
    }

    private static double[] values(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public void close() {
        binding.close();
        parameters.close();
    }
}
