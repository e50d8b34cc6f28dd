package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checker finds every planted bug, without a right backend to compare with. */
class PlantedBugsTest {
    @Test
    void everyPlantedBugIsCaught() {
        List<PlantedBug> bugs = allBugs();
        List<String> missed = new ArrayList<>();
        for (PlantedBug bug : bugs) {
            if (bug.run().passed()) {
                missed.add(bug.name());
            }
        }
        System.out.printf(
                "planted bugs caught: %d of %d%n", bugs.size() - missed.size(), bugs.size());
        assertEquals(List.of(), missed);
        assertEquals(bugs.size(), bugs.stream().map(PlantedBug::name).distinct().count());
        assertTrue(bugs.size() >= 40);
    }

    /** What is caught is the bug: the same checks find nothing where there is none. */
    @Test
    void theSameChecksPassWithoutTheBug() {
        for (PlantedBug bug : allBugs()) {
            PlantedBug none =
                    new PlantedBug(
                            bug.name(), bug.operation(), bug.check(), Mutation.spoil(call -> {}));
            GradientReport report = none.run();
            assertTrue(report.passed(), () -> bug.name() + "\n" + report.table());
        }
    }

    private static List<PlantedBug> allBugs() {
        return Stream.of(PlantedSpatialBugs.all(), PlantedNormBugs.all(), PlantedOtherBugs.all())
                .flatMap(List::stream)
                .toList();
    }
}
