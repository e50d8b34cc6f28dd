import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;

/** Trains a network on arrays: which points of the plane lie inside a circle. */
public final class TrainOnArrays {
    public static void main(String[] args) {
        double[][] points = new double[400][];
        int[] labels = new int[points.length];
        for (int i = 0; i < points.length; i++) {
            double x = (i % 20 - 9.5) / 10;
            double y = (i / 20 - 9.5) / 10;
            points[i] = new double[] {x, y};
            labels[i] = x * x + y * y < 0.5 ? 1 : 0;
        }
        ArrayDataset data = ArrayDataset.of(points, labels, Shape.of(2));
        var network = new Sequential(new Linear(16), new Tanh(), new Linear(2));
        try (Backend backend = Backends.open("auto");
                Model model = Model.create(network, Shape.of(2), backend, /* seed= */ 1)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(0.02));
            trainer.batch(20).epochs(40).fit(data);
            System.out.printf("accuracy %.3f%n", trainer.evaluate(data).accuracy());
        }
    }
}
