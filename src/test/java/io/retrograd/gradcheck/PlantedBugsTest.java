package io.retrograd.gradcheck;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The checker finds every planted bug: in float64 without a right backend to compare with, in
 * float32 and bfloat16 with one.
 */
class PlantedBugsTest {
    /** Wrong by 1e-6 of the gradient or less, which rounding to float32 may be too. */
    private static final Set<String> BELOW_FLOAT32 =
            Set.of(
                    "linear: dx wrong by a millionth",
                    "linear: dx of one element wrong",
                    "linear: dw different each time");

    @Test
    void everyPlantedBugIsCaught() {
        List<PlantedBug> bugs = allBugs();
        Set<String> missed = missed(PlantedBug::run);
        System.out.printf(
                "planted bugs caught: %d of %d%n", bugs.size() - missed.size(), bugs.size());
        assertEquals(Set.of(), missed);
        assertEquals(bugs.size(), bugs.stream().map(PlantedBug::name).distinct().count());
        assertTrue(bugs.size() >= 40);
    }

    @Test
    void everyPlantedBugIsCaughtInFloat32() {
        assertEquals(BELOW_FLOAT32, missed(PlantedBug::runInFloat32));
    }

    @Test
    void everyPlantedBugIsCaughtAgainstTheReferenceAlone() {
        assertEquals(BELOW_FLOAT32, missed(PlantedBug::runAgainstReference));
    }

    /** The approximation of gelu is off by 3e-4, a rounding by up to 4e-3. */
    @Test
    void everyPlantedBugIsCaughtInBfloat16() {
        Set<String> expected = new HashSet<>(BELOW_FLOAT32);
        expected.add("activation: gelu, tanh approximation");
        assertEquals(expected, missed(PlantedBug::runInBfloat16));
    }

    private static Set<String> missed(Function<PlantedBug, GradientReport> check) {
        return allBugs().stream()
                .filter(bug -> !check.apply(bug).refuted())
                .map(PlantedBug::name)
                .collect(toSet());
    }

    /** The checks catch the bug and nothing else; bfloat16 may be too inexact to show it right. */
    @Test
    void theSameChecksPassWithoutTheBug() {
        for (PlantedBug bug : allBugs()) {
            PlantedBug none =
                    new PlantedBug(
                            bug.name(), bug.operation(), bug.check(), Mutation.spoil(call -> {}));
            for (GradientReport report :
                    List.of(none.run(), none.runInFloat32(), none.runAgainstReference())) {
                assertTrue(report.passed(), () -> bug.name() + "\n" + report.table());
            }
            GradientReport rounded = none.runInBfloat16();
            assertFalse(rounded.refuted(), () -> bug.name() + "\n" + rounded.table());
        }
    }

    private static List<PlantedBug> allBugs() {
        return Stream.of(
                        PlantedSpatialBugs.all(),
                        PlantedNormBugs.all(),
                        PlantedArrangementBugs.all(),
                        PlantedOtherBugs.all(),
                        PlantedLossBugs.all(),
                        PlantedJointBugs.all(),
                        PlantedSequenceBugs.all())
                .flatMap(List::stream)
                .toList();
    }
}
