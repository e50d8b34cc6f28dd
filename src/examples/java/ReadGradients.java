import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.LeNet5;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.Arrays;
import java.util.Random;

/** Reads the gradient of each parameter after one step. */
public final class ReadGradients {
    public static void main(String[] args) {
        Shape image = Shape.of(1, 28, 28);
        double[] images = new Random(1).doubles(4 * image.size()).toArray();
        int[] labels = {3, 1, 4, 1};
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(LeNet5.of(10), image, backend, /* seed= */ 1);
                TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(0), 4)) {
            step.run(images, labels); // a learning rate of 0 changes no parameter
            System.out.printf("loss %.4f%n", step.loss());
            for (String name : model.names()) {
                double squares = Arrays.stream(model.gradient(name)).map(g -> g * g).sum();
                System.out.printf("%-10s norm of dL/dw %.3e%n", name, Math.sqrt(squares));
            }
        }
    }
}
