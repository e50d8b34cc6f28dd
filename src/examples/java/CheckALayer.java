import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;

/** Checks a layer's gradients, on the reference and on the fastest device here. */
public final class CheckALayer {
    public static void main(String[] args) {
        Layer layer = new Sequential(new Conv2d(4, 3).stride(2).padding(1), new Relu());
        GradientCheck check = GradientCheck.of(layer, Shape.of(2, 3, 9, 9)).seed(1);
        GradientReport report = check.run();
        System.out.println(report.table());
        try (Backend device = Backends.open("auto")) {
            GradientReport fast = check.on(device).run();
            System.out.println(fast.table());
            System.out.println("both pass: " + (report.passed() && fast.passed()));
        }
    }
}
