package io.retrograd.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.data.Digits;
import io.retrograd.train.LabelledDataset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What regularisation does to weights and losses; and that no digit is in two parts. */
class OverfitTest {
    private static Demonstrated run;

    @BeforeAll
    static void run() {
        run = Demonstrated.quick(new Overfit());
    }

    @Test
    void everyMethodRunsFromEverySeed() {
        assertEquals(7, run.numbers().size());
        for (JsonNode runs : run.numbers()) {
            assertEquals(2, runs.size());
            assertNotEquals(runs.get(0), runs.get(1), "another seed draws others");
        }
    }

    /** The digits that it is trained on are known far better than others. */
    @Test
    void withoutMoreThereIsAGap() {
        JsonNode plain = run.numbers().at("/nothing/0");
        int last = plain.get("training_losses").size() - 1;
        double trained = plain.get("training_losses").get(last).asDouble();
        assertTrue(plain.get("test_losses").get(last).asDouble() > 2 * trained, "" + plain);
        assertTrue(plain.get("training_accuracy").asDouble() > 0.9, "" + plain);
    }

    /** L1 moves weights to 0, L2 makes all smaller; both leave less norm than nothing does. */
    @Test
    void penaltiesMakeWeightsSmall() {
        for (int seed = 0; seed < 2; seed++) {
            double plain = run.number("/nothing/" + seed + "/weight_norm");
            assertTrue(run.number("/L1/" + seed + "/weight_norm") < plain);
            assertTrue(run.number("/L2/" + seed + "/weight_norm") < plain);
            double gone = run.number("/L1/" + seed + "/weights_near_0");
            assertTrue(gone > 4 * run.number("/nothing/" + seed + "/weights_near_0"), "" + gone);
        }
    }

    /** The whole model is that of the best epoch, so no epoch has a lower watched loss. */
    @Test
    void theEarlyStopIsNotAfterTheOthers() {
        JsonNode stopped = run.numbers().at("/early stop/0/test_losses");
        assertTrue(stopped.size() <= run.numbers().at("/nothing/0/test_losses").size());
        assertEquals(
                run.numbers().at("/nothing/0/test_losses/0").asDouble(),
                stopped.get(0).asDouble(),
                1e-12,
                "the same training, but for its end");
    }

    @Test
    void partsHaveNoDigitInCommon() {
        LabelledDataset all = Digits.load();
        Overfit.Draw draw = Overfit.Draw.of(all, 10, 200, 600, /* seed= */ 3);
        assertEquals(100, draw.train().size());
        int[] counts = new int[10];
        for (int i = 0; i < 100; i++) {
            counts[draw.train().label(i)]++;
        }
        for (int count : counts) {
            assertEquals(10, count);
        }
        Set<String> seen = new HashSet<>();
        int samples = 0;
        for (LabelledDataset part : List.of(draw.train(), draw.watched(), draw.test())) {
            for (int i = 0; i < part.size(); i++) {
                double[] digit = new double[64];
                part.sample(i, digit, 0);
                seen.add(Arrays.toString(digit));
                samples++;
            }
        }
        assertEquals(900, samples);
        assertEquals(900, seen.size(), "the data set has no digit twice");
    }
}
