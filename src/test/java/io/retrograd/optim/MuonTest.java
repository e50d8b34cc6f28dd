package io.retrograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.MuonScale;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Muon against PyTorch's, in float64. */
class MuonTest {
    private static final int STEPS = 7;

    /** Roundings that the iteration magnifies, 3.4445⁵ times at most. Measured worst: 2e-14. */
    private static final double ROUNDINGS = 1e-12;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("reference", "float64", 1);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Map<String, Shape> matrices() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("0.weight", Shape.of(5, 3));
        shapes.put("1.weight", Shape.of(3, 5));
        shapes.put("2.weight", Shape.of(4, 4));
        shapes.put("3.weight", Shape.of(3, 2, 2, 3));
        return shapes;
    }

    private static Map<String, Shape> mixed() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("0.weight", Shape.of(3, 2));
        shapes.put("0.bias", Shape.of(3));
        shapes.put("1.weight", Shape.of(2, 3));
        shapes.put("2.weight", Shape.of(2, 2));
        return shapes;
    }

    private void check(String name, Map<String, Shape> shapes, UnaryOperator<Muon> change) {
        Muon muon = change.apply(new Muon(0.1).weightDecay(0.0625));
        try (Parameters parameters = new Parameters(backend, 0)) {
            TorchNumbers.fill(parameters, shapes);
            Update update = muon.bind(parameters);
            for (int t = 1; t <= STEPS; t++) {
                TorchNumbers.setGradients(parameters, t);
                parameters.setControl(muon.learningRate(), t);
                update.run();
            }
            assertArrayEquals(TorchNumbers.of(name), TorchNumbers.elements(parameters), ROUNDINGS);
        }
    }

    /** Wide, tall and square, and a convolution's weight as its authors flatten it. */
    @Test
    void isPyTorchs() {
        check("muon", matrices(), muon -> muon);
        check("muon plain", matrices(), muon -> muon.plainMomentum().momentum(0.5).steps(4));
        check("muon as AdamW", matrices(), muon -> muon.scale(MuonScale.MATCH_ADAMW));
    }

    @Test
    void leavesOthersToAdamW() {
        check(
                "muon with AdamW",
                mixed(),
                muon -> muon.others(Adam.adamW(0.025).weightDecay(0.125)).except("2.*"));
    }

    /** The others' rate is a factor of the matrices', and a group's multiplies neither twice. */
    @Test
    void groupsReachBoth() {
        try (Parameters parameters = new Parameters(backend, 0)) {
            TorchNumbers.fill(parameters, mixed());
            Selection selection =
                    new Muon(0.1)
                            .others(new Sgd(0.025))
                            .group(ParameterGroup.matching("?.bias").weightDecay(0.5))
                            .group(ParameterGroup.under("1").frozen())
                            .selection(parameters);
            assertEquals(3, selection.tensors().size());
            assertEquals(
                    new Selection.Treatment(1, 0.1),
                    selection.treatment(parameters.get("0.weight")));
            assertEquals(
                    new Selection.Treatment(0.25, 0.5),
                    selection.treatment(parameters.get("0.bias")));
        }
    }

    @Test
    void senselessSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Muon(0));
        assertThrows(IllegalArgumentException.class, () -> new Muon(1).momentum(1));
        assertThrows(IllegalArgumentException.class, () -> new Muon(1).steps(0));
        assertThrows(IllegalArgumentException.class, () -> new Muon(1).steps(100));
        assertThrows(IllegalArgumentException.class, () -> new Muon(1).others(new Muon(1)));
        try (Parameters parameters = new Parameters(backend, 0)) {
            TorchNumbers.fill(parameters, mixed());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Muon(1).except("head.*").bind(parameters));
            UpdateRule rule = new Muon(1).spec();
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> parameters.update(rule));
            assertEquals("Muon: expected weights of rank 2 and above, got (3)", e.getMessage());
        }
    }
}
