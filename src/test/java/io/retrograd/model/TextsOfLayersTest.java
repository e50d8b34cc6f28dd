package io.retrograd.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Linear;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.Initializer;
import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts of layers name no class that Java made up, and no address. */
class TextsOfLayersTest {
    private static final String MADE_UP = ".*(Lambda|@[0-9a-f]{3,}|0x[0-9a-f]{6,}).*";

    @Test
    void nothingPrintsALambda() {
        List<Object> all = new ArrayList<>();
        Models.names().forEach(name -> all.add(Models.get(name).create()));
        Initializer own = (shape, seed, stream) -> i -> 1;
        all.add(new Linear(3).weightInit(own));
        all.add(new Conv2d(3, 3).weightInit(own));
        all.add(Custom.of("square", x -> x * x, x -> 2 * x).surrogate(x -> x).kinks(1));
        all.add(Custom.of("square", x -> x * x, x -> 2 * x).function());
        all.add(new CustomFunction.Parameter("w", Shape.of(2), Initializer.kaimingNormal()));
        all.addAll(
                List.of(
                        Initializer.constant(1),
                        Initializer.uniform(0.5),
                        Initializer.normal(0.5),
                        Initializer.kaimingUniform(),
                        Initializer.xavierUniform(),
                        Initializer.xavierNormal(),
                        Initializer.defaultWeight()));
        all.addAll(
                List.of(
                        Schedule.constant(),
                        Schedule.step(2, 0.5),
                        Schedule.exponential(0.9),
                        Schedule.cosine().warmup(2),
                        Schedule.oneCycle()));
        for (Object each : all) {
            assertFalse(each.toString().matches("(?s)" + MADE_UP), each.toString());
        }
    }

    @Test
    void layersOfTheSameNumbersAreEqual() {
        assertEquals(new Linear(3), new Linear(3));
        assertEquals(Initializer.uniform(0.5), Initializer.uniform(0.5));
        assertEquals("Linear(3, bias=false)", new Linear(3).bias(false).toString());
    }
}
