package io.retrograd.junit;

import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.tensor.Shape;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.engine.support.hierarchical.EngineExecutionContext;
import org.junit.platform.engine.support.hierarchical.Node;

/** The tree of tests: classes, their methods, and a check for each shape and device. */
final class Checks {
    static final String CLASS = "class";
    static final String METHOD = "method";
    static final String CHECK = "check";

    private static final String AT = " on ";

    private Checks() {}

    /** A class with checks. */
    static final class OfClass extends AbstractTestDescriptor
            implements Node<EngineExecutionContext> {
        private final Class<?> type;

        OfClass(TestDescriptor parent, Class<?> type) {
            super(
                    parent.getUniqueId().append(CLASS, type.getName()),
                    type.getSimpleName(),
                    ClassSource.from(type));
            this.type = type;
        }

        @Override
        public Type getType() {
            return Type.CONTAINER;
        }
    }

    /** A method that returns what is checked. */
    static final class OfMethod extends AbstractTestDescriptor
            implements Node<EngineExecutionContext> {
        private final Class<?> type;
        private final Method method;

        OfMethod(TestDescriptor parent, Method method) {
            super(
                    parent.getUniqueId().append(METHOD, method.getName()),
                    method.getName(),
                    MethodSource.from(((OfClass) parent).type, method));
            type = ((OfClass) parent).type;
            this.method = method;
        }

        private GradientCheck annotation() {
            return method.getAnnotation(GradientCheck.class);
        }

        /** A selector for each check. */
        Set<DiscoverySelector> select() {
            Set<DiscoverySelector> all = new LinkedHashSet<>();
            for (String shape : annotation().shape()) {
                for (String device : annotation().device()) {
                    all.add(
                            DiscoverySelectors.selectUniqueId(
                                    getUniqueId().append(CHECK, shape + AT + device)));
                }
            }
            return all;
        }

        /** The check with this name, if the annotation still has it. */
        Optional<TestDescriptor> check(String name) {
            int at = name.indexOf(AT);
            boolean known =
                    select().contains(
                                    DiscoverySelectors.selectUniqueId(
                                            getUniqueId().append(CHECK, name)));
            return known
                    ? Optional.of(
                            new One(this, name.substring(0, at), name.substring(at + AT.length())))
                    : Optional.empty();
        }

        @Override
        public Type getType() {
            return Type.CONTAINER;
        }

        /** What the method returns. */
        private GradientAssert subject() {
            Object object =
                    Modifier.isStatic(method.getModifiers())
                            ? null
                            : ReflectionSupport.newInstance(type);
            Object made = ReflectionSupport.invokeMethod(method, object);
            if (made instanceof Layer layer) {
                return GradientAssert.assertThatGradient(layer);
            }
            if (made instanceof JointLoss loss) {
                return GradientAssert.assertThatGradient(loss);
            }
            throw new IllegalStateException(
                    String.format(
                            "@GradientCheck on %s.%s: expected a method that returns a Layer or a"
                                    + " loss, got %s",
                            type.getSimpleName(), method.getName(), made));
        }
    }

    /** One check. */
    static final class One extends AbstractTestDescriptor implements Node<EngineExecutionContext> {
        private final OfMethod method;
        private final String shape;
        private final String device;

        One(OfMethod method, String shape, String device) {
            super(
                    method.getUniqueId().append(CHECK, shape + AT + device),
                    String.format("%s(%s)%s%s", method.getDisplayName(), shape, AT, device),
                    method.getSource().orElse(null));
            this.method = method;
            this.shape = shape;
            this.device = device;
        }

        @Override
        public Type getType() {
            return Type.TEST;
        }

        @Override
        public EngineExecutionContext execute(
                EngineExecutionContext context, DynamicTestExecutor dynamic) {
            GradientCheck asked = method.annotation();
            GradientAssert subject =
                    method.subject()
                            .shape(Shape.parse(shape))
                            .seed(asked.seed())
                            .training(asked.training())
                            .tolerance(asked.tolerance());
            (asked.coordinates() == 0 ? subject : subject.coordinates(asked.coordinates()))
                    .isCorrectOn(device, asked.precision());
            return context;
        }
    }
}
