import io.retrograd.attribution.Attribution;
import io.retrograd.attribution.Explanation;
import io.retrograd.attribution.GradCam;
import io.retrograd.attribution.IntegratedGradients;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.Arrays;

/** Shows which pixels of a digit speak for the class that a network takes it for. */
public final class ExplainAPrediction {
    private ExplainAPrediction() {}

    public static void main(String[] args) {
        TrainTest parts = Split.CLASSIC.of(Digits.load(), /* seed= */ 1);
        double[] digit = new double[64];
        parts.test().sample(0, digit, 0);
        try (Backend backend = Backends.open("auto");
                Model model =
                        Model.create(DigitsNet.of(10), parts.test().sampleShape(), backend, 1)) {
            new Trainer(model, new CrossEntropy(), new Adam(5e-3)).epochs(3).fit(parts.train());
            try (Attribution attribution = Attribution.of(model)) {
                int top = attribution.top(digit);
                Explanation shares = attribution.explain(new IntegratedGradients(), digit, top);
                System.out.printf("a %d, by these pixels:%n", top);
                draw(shares);
                System.out.printf("complete: %s%n", shares.completeness().holds());
                System.out.printf("and by the last convolution's places:%n");
                draw(attribution.explain(new GradCam(), digit, top));
            }
        }
    }

    private static void draw(Explanation map) {
        double[] heat = map.heat();
        double largest = Arrays.stream(heat).map(Math::abs).max().orElse(1);
        for (int i = 0; i < heat.length; i++) {
            double share = heat[i] / largest;
            System.out.print(share > 0.3 ? '#' : share > 0.1 ? '+' : share < -0.1 ? '-' : '.');
            System.out.print(i % map.width() == map.width() - 1 ? "\n" : " ");
        }
    }
}
