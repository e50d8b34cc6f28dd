package io.retrograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups of parameters, against PyTorch's param_groups and by the names that they hold. */
class ParameterGroupTest {
    private static final int STEPS = 7;

    /** Some roundings of numbers up to 2 in each step. Measured worst: 9e-16. */
    private static final double ROUNDINGS = 1e-14;

    private Backend backend;
    private Parameters parameters;

    @BeforeEach
    void open() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("0.weight", Shape.of(3, 2));
        shapes.put("0.bias", Shape.of(3));
        shapes.put("1.weight", Shape.of(2, 3));
        shapes.put("1.bias", Shape.of(2));
        backend = Backends.open("reference", "float64", 1);
        parameters = new Parameters(backend, 0);
        TorchNumbers.fill(parameters, shapes);
    }

    @AfterEach
    void close() {
        parameters.close();
        backend.close();
    }

    static Stream<Arguments> optimizers() {
        return Stream.of(
                Arguments.of("Sgd", new Sgd(0.1).momentum(0.9).nesterov().weightDecay(0.0625)),
                Arguments.of("Adam", new Adam(0.1).weightDecay(0.0625)),
                Arguments.of("AdamW", Adam.adamW(0.1).weightDecay(0.0625)),
                Arguments.of(
                        "RmsProp", new RmsProp(0.1).momentum(0.5).centered().weightDecay(0.0625)),
                Arguments.of("Adagrad", new Adagrad(0.1).weightDecay(0.0625)),
                Arguments.of("Adamax", new Adamax(0.1).weightDecay(0.0625)),
                Arguments.of("Adadelta", new Adadelta(1).weightDecay(0.0625)),
                Arguments.of("NAdam", new NAdam(0.1).weightDecay(0.0625)),
                Arguments.of("RAdam", new RAdam(0.1).weightDecay(0.0625)));
    }

    /** Half the rate under 0, no decay of biases, 1.weight frozen. */
    private static Optimizer grouped(Optimizer optimizer) {
        return optimizer
                .group(ParameterGroup.matching("*.bias").weightDecay(0))
                .group(ParameterGroup.under("0").learningRateFactor(0.5))
                .group(ParameterGroup.matching("1.w*").frozen());
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void isAsParamGroups(String name, Optimizer optimizer) {
        Update update = grouped(optimizer).bind(parameters);
        for (int t = 1; t <= STEPS; t++) {
            TorchNumbers.setGradients(parameters, t);
            parameters.setControl(optimizer.learningRate(), t);
            update.run();
        }
        assertArrayEquals(
                TorchNumbers.of("groups " + name), TorchNumbers.elements(parameters), ROUNDINGS);
    }

    /** The frozen gradient is no part of the norm, as PyTorch has none of it. */
    @Test
    void clippingLeavesFrozenOnesOut() {
        Optimizer optimizer = grouped(new Sgd(0.1).momentum(0.9).nesterov().weightDecay(0.0625));
        Selection trained = optimizer.selection(parameters);
        Update clip = trained.update(new UpdateRule.ClipNorm(1.5));
        Update update = optimizer.bind(trained);
        for (int t = 1; t <= STEPS; t++) {
            TorchNumbers.setGradients(parameters, t);
            double[] frozen = parameters.get("1.weight").requireGrad().toArray();
            parameters.setControl(optimizer.learningRate(), t);
            clip.run();
            update.run();
            assertArrayEquals(frozen, parameters.get("1.weight").requireGrad().toArray());
        }
        assertArrayEquals(
                TorchNumbers.of("groups clipped"), TorchNumbers.elements(parameters), ROUNDINGS);
    }

    /** PyTorch's AveragedModel with get_ema_multi_avg_fn. */
    @Test
    void averagesAreAveragedModels() {
        Update descent = new Sgd(0.1).bind(parameters);
        Update average = parameters.update(new UpdateRule.Average(0.8, /* warmUp= */ false));
        for (int t = 1; t <= STEPS; t++) {
            TorchNumbers.setGradients(parameters, t);
            parameters.setControl(0.1, t);
            descent.run();
            average.run();
        }
        double[] averages =
                parameters.slot(UpdateRule.Average.SLOT).stream()
                        .flatMapToDouble(a -> Arrays.stream(a.toArray()))
                        .toArray();
        assertArrayEquals(TorchNumbers.of("ema"), averages, ROUNDINGS);
    }

    @Test
    void frozenOnesTakeNoMemory() {
        grouped(new Adam(0.1)).bind(parameters);
        List<String> slots = parameters.slots().stream().map(Tensor::name).toList();
        assertEquals(6, slots.size(), slots.toString());
        assertTrue(slots.stream().noneMatch(name -> name.startsWith("1.weight")), slots.toString());
    }

    /** Where two groups state the same, the later one decides; else both count. */
    @Test
    void laterGroupsDecide() {
        Selection selection =
                new Adam(1)
                        .weightDecay(0.5)
                        .group(ParameterGroup.under("0").learningRateFactor(2).weightDecay(3))
                        .group(ParameterGroup.vectors().weightDecay(0))
                        .group(ParameterGroup.matching("?.bias", "1.weight").learningRateFactor(4))
                        .selection(parameters);
        assertEquals(
                List.of(
                        new Selection.Treatment(2, 3),
                        new Selection.Treatment(4, 0),
                        new Selection.Treatment(4, 0.5),
                        new Selection.Treatment(4, 0)),
                selection.tensors().stream().map(selection::treatment).toList());
    }

    @Test
    void patternsTakeNamesLiterally() {
        for (String glob : List.of("0?weight", "0.weigh", "weight", "0.[wb]*", "0.\\E*", "")) {
            Optimizer optimizer = new Sgd(1).group(ParameterGroup.matching(glob).frozen());
            if (glob.equals("0?weight")) {
                assertEquals(3, optimizer.selection(parameters).tensors().size());
                continue;
            }
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> optimizer.bind(parameters));
            assertEquals(
                    "ParameterGroup: expected a pattern that matches a parameter, got \""
                            + glob
                            + "\"; there are [0.weight, 0.bias, 1.weight, 1.bias]",
                    e.getMessage());
        }
    }

    @Test
    void senselessGroupsAreRefused() {
        ParameterGroup all = ParameterGroup.matching("*");
        assertThrows(IllegalArgumentException.class, () -> all.weightDecay(-1));
        assertThrows(IllegalArgumentException.class, () -> all.learningRateFactor(Double.NaN));
        assertThrows(IllegalArgumentException.class, ParameterGroup::matching);
        Optimizer frozen = new Sgd(1).group(all.frozen());
        assertThrows(IllegalArgumentException.class, () -> frozen.bind(parameters));
    }
}
