import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;

/** Defines an operation by a function and its derivative, and checks it inside a network. */
public final class OwnOperation {
    public static void main(String[] args) {
        Layer squaredRelu =
                Custom.of("squared-relu", x -> x > 0 ? x * x : 0, x -> x > 0 ? 2 * x : 0);
        Layer network = new Sequential(new Linear(8), squaredRelu, new Linear(3));
        GradientReport right = GradientCheck.of(network, Shape.of(4, 5)).run();
        System.out.println(right.table());

        Layer wrong = Custom.of("wrong", x -> x > 0 ? x * x : 0, x -> x > 0 ? x : 0);
        GradientReport report = GradientCheck.of(wrong, Shape.of(4, 5)).run();
        System.out.printf("right passes: %s, wrong: %s%n", right.passed(), report.passed());
    }
}
