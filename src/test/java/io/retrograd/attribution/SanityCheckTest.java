package io.retrograd.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.data.Digits;
import io.retrograd.data.Split;
import io.retrograd.data.TrainTest;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.DigitsNet;
import io.retrograd.optim.Adam;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which methods depend on what a network has learned, on digits; similarities by hand. */
@Tag("slow")
class SanityCheckTest {
    @Test
    void guidedMapsHardlyChange() {
        TrainTest parts = Split.CLASSIC.of(Digits.load(), 1);
        try (Backend backend = Backends.open("cpu");
                Model model = Model.create(DigitsNet.of(10), Shape.of(1, 8, 8), backend, 1);
                Attribution on = Attribution.of(model)) {
            new Trainer(model, new CrossEntropy(), new Adam(5e-3)).epochs(4).fit(parts.train());
            List<double[]> samples = new ArrayList<>();
            List<Integer> targets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                double[] x = new double[64];
                parts.test().sample(i, x, 0);
                samples.add(x);
                targets.add(on.top(x));
            }
            List<Method> methods =
                    List.of(new Saliency(), new GuidedBackprop(), new Deconvnet(), new GradCam());
            double[] before = model.parameter("0.weight");
            List<SanityCheck.Result> results = new SanityCheck().of(on, methods, samples, targets);
            Map<String, SanityCheck.Result> found =
                    results.stream()
                            .collect(
                                    Collectors.toMap(
                                            SanityCheck.Result::method, Function.identity()));
            String all = found.values().toString();
            assertTrue(found.get("guided-backprop").hardlyChanges(), all);
            assertTrue(found.get("deconvnet").hardlyChanges(), all);
            assertFalse(found.get("saliency").hardlyChanges(), all);
            assertFalse(found.get("grad-cam").hardlyChanges(), all);
            List<SanityCheck.Stage> stages = found.get("saliency").stages();
            assertEquals(6, stages.size());
            assertEquals("0", stages.get(stages.size() - 1).layer());
            assertArrayEquals(before, model.parameter("0.weight"));
            List<Method> first = methods.subList(0, 1);
            assertEquals(results.subList(0, 1), new SanityCheck().of(on, first, samples, targets));
        }
    }

    /** Deviations of ranks (-2, -0.5, -0.5, 1, 2) and (1, -2, -0.5, -0.5, 2). */
    @Test
    void ranks() {
        double[] a = {1, 2, 2, 3, 7, 0};
        double[] b = {5, 1, 4, 4, 9, 0};
        assertEquals(2.75 / 9.5, Similarity.ranks(a, b), 1e-15);
        assertEquals(1, Similarity.ranks(a, a), 1e-15);
        double[] turned = {7, 3, 3, 2, 1, 0};
        assertEquals(-1, Similarity.ranks(a, turned), 1e-15);
        assertEquals(0, Similarity.ranks(new double[3], new double[3]));
    }

    /** A map of 2 by 2 is one window. */
    @Test
    void structure() {
        double[] a = {1, 0, 0.5, 0.5};
        double[] b = {2, 0, 2, 1}; // 1, 0, 1, 0.5
        double expected =
                (2 * 0.5 * 0.625 + 1e-4)
                        * (2 * 0.125 + 9e-4)
                        / ((0.25 + 0.390625 + 1e-4) * (0.125 + 0.171875 + 9e-4));
        assertEquals(expected, Similarity.structure(a, b, 2), 1e-12);
        assertEquals(1, Similarity.structure(a, a, 2), 1e-15);
    }
}
