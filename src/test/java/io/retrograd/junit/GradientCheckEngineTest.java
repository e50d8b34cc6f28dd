package io.retrograd.junit;

import static io.retrograd.junit.GradientAssert.assertThatGradient;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.MseLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Gradient checks as tests: what JUnit finds, what passes, and what failures say. */
class GradientCheckEngineTest {
    /** f(x) = x³, with a gradient that is off by a factor where asked for. */
    private static Layer cube(double factor) {
        return Custom.of("cube", x -> x * x * x, x -> factor * 3 * x * x);
    }

    /** Not found by a run of all tests, as it is nested. */
    static class Right {
        @GradientCheck(
                shape = {"2,4,7,7", "1x4x3x3"},
                device = {"reference", "cpu"})
        Layer convolution() {
            return new Conv2d(3, 3);
        }

        @GradientCheck(shape = "5,3", seed = 7, training = false, coordinates = 4)
        static JointLoss loss() {
            return new MseLoss();
        }

        @GradientCheck(shape = "(5, 3)", tolerance = 0.01)
        Layer nearly() {
            return cube(1.005);
        }

        Layer notChecked() {
            return cube(2);
        }
    }

    /** Inherits its checks. */
    static class Inherited extends Right {}

    /** Each fails in its own way. */
    static class Wrong {
        @GradientCheck(
                shape = "4,3",
                device = {"reference", "cpu"})
        Layer off() {
            return cube(1.001);
        }

        @GradientCheck(shape = "4,x")
        Layer badShape() {
            return cube(1);
        }

        @GradientCheck(shape = "4,3", device = "abacus")
        Layer badDevice() {
            return cube(1);
        }

        @GradientCheck(shape = "4,3")
        Layer badInput() {
            return new Conv2d(3, 3);
        }

        @GradientCheck(shape = "4,3")
        String noLayer() {
            return "no layer";
        }

        @GradientCheck(shape = "4,3", tolerance = -1)
        Layer badTolerance() {
            return cube(1);
        }

        @GradientCheck(shape = "4,3")
        Layer throwing() {
            throw new UnsupportedOperationException("not today");
        }
    }

    @Test
    void rightLayersPass() {
        Map<String, String> found = run(DiscoverySelectors.selectClass(Right.class));
        assertEquals(
                List.of(
                        "convolution(1x4x3x3) on cpu",
                        "convolution(1x4x3x3) on reference",
                        "convolution(2,4,7,7) on cpu",
                        "convolution(2,4,7,7) on reference",
                        "loss(5,3) on reference",
                        "nearly((5, 3)) on reference"),
                new ArrayList<>(found.keySet()));
        found.forEach((test, message) -> assertEquals("", message, test));
        assertEquals(found, run(DiscoverySelectors.selectClass(Inherited.class)));
    }

    @Test
    void aMethodOrACheckIsSelectedByItself() throws Exception {
        assertEquals(4, run(DiscoverySelectors.selectMethod(Right.class, "convolution")).size());
        String id =
                "[engine:retrograd]/[class:"
                        + Right.class.getName()
                        + "]/[method:convolution]/[check:2,4,7,7 on cpu]";
        assertEquals(
                Map.of("convolution(2,4,7,7) on cpu", ""),
                run(DiscoverySelectors.selectUniqueId(id)));
        assertEquals(
                Map.of(),
                run(DiscoverySelectors.selectUniqueId(id.replace("on cpu", "on abacus"))));
        assertEquals(
                Map.of(),
                run(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectPackage("io.retrograd.junit"))
                                .filters(ClassNameFilter.includeClassNamePatterns("none"))
                                .build()));
    }

    @Test
    void failuresNameTensorIndexAndNumbers() {
        Map<String, String> found = run(DiscoverySelectors.selectClass(Wrong.class));
        for (String device : List.of("reference", "cpu")) {
            String message = found.get("off(4,3) on " + device);
            assertTrue(
                    message.lines()
                            .findFirst()
                            .orElseThrow()
                            .matches(
                                    "cube\\(4, 3\\), training, on "
                                            + device
                                            + " float(32|64): wrong: \\S+\\[\\d, \\d]: expected .*\\d.*"
                                            + " got .*\\d.*"),
                    message);
        }
        Map<String, String> expected =
                Map.of(
                        "badShape(4,x) on reference",
                        "Shape: expected sizes as in 64,1,28,28, got 4,x",
                        "badDevice(4,3) on abacus",
                        "device: expected auto or one of",
                        "badInput(4,3) on reference",
                        "Conv2d: expected input (N, C, 2 spatial sizes)",
                        "noLayer(4,3) on reference",
                        "@GradientCheck on Wrong.noLayer: expected a method that returns a Layer or",
                        "badTolerance(4,3) on reference",
                        "GradientCheck: expected a tolerance of at least 0 and below 1, got -1.0",
                        "throwing(4,3) on reference",
                        "not today");
        expected.forEach(
                (test, message) ->
                        assertTrue(found.get(test).contains(message), test + found.get(test)));
        assertEquals(expected.size() + 2, found.size());
    }

    @Test
    void assertionsTakeEveryWither() {
        try (Backend cpu = Backends.open("cpu")) {
            assertThatGradient(new Conv2d(3, 3)).shape(2, 4, 7, 7).on(cpu).isCorrect();
            assertThatGradient(cube(1))
                    .shape(2, 3)
                    .loss(new MseLoss())
                    .seed(3)
                    .training(false)
                    .coordinates(2)
                    .isCorrect();
        }
        assertThatGradient(new MseLoss()).shape(2, 3).isCorrect();
        assertThatGradient(cube(1)).shape(2).input(1, -2).isCorrect();
        GradientAssert off = assertThatGradient(cube(1.01)).shape(2, 3);
        off.tolerance(0.02).isCorrect();
        assertTrue(
                assertThrows(AssertionError.class, () -> off.tolerance(0.005).isCorrect())
                        .getMessage()
                        .contains("expected the derivative"));
        assertTrue(
                assertThrows(
                                IllegalStateException.class,
                                () -> assertThatGradient(cube(1)).isCorrect())
                        .getMessage()
                        .contains("call shape(...)"));
    }

    private static Map<String, String> run(DiscoverySelector selector) {
        return run(LauncherDiscoveryRequestBuilder.request().selectors(selector).build());
    }

    /** The tests that were run, and the message of each that failed. */
    static Map<String, String> run(LauncherDiscoveryRequest request) {
        Map<String, String> messages = new TreeMap<>();
        LauncherFactory.create()
                .execute(
                        request,
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(
                                    TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest()) {
                                    messages.put(
                                            test.getDisplayName(),
                                            result.getThrowable()
                                                    .map(Throwable::getMessage)
                                                    .orElse(""));
                                }
                            }
                        });
        return messages;
    }
}
