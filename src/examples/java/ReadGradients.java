import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.LeNet5;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Gradients;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.Random;

/** Reads gradients of parameters and of the input, without an update. */
public final class ReadGradients {
    public static void main(String[] args) {
        Shape image = Shape.of(1, 28, 28);
        double[] images = new Random(1).doubles(4 * image.size()).toArray();
        int[] labels = {3, 1, 4, 1};
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(LeNet5.of(10), image, backend, /* seed= */ 1)) {
            Gradients g = model.gradients(images, labels, new CrossEntropy());
            System.out.printf("loss %.4f%n", g.loss());
            for (String name : g.parameters()) {
                System.out.printf("%-10s norm of dL/dw %.3e%n", name, norm(g.parameter(name)));
            }
            System.out.printf("images     norm of dL/dx %.3e%n", norm(g.input()));

            // What the logit of class 3 depends on, pixel by pixel.
            double[] saliency = model.gradients(images, 3).input();
            double largest = Arrays.stream(saliency).map(Math::abs).max().orElse(0);
            System.out.printf("largest |dz3/dx| %.3e%n", largest);
        }
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }
}
