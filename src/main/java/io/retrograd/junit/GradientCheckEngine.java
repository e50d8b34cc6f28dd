package io.retrograd.junit;

import java.util.List;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.engine.support.discovery.EngineDiscoveryRequestResolver;
import org.junit.platform.engine.support.hierarchical.EngineExecutionContext;
import org.junit.platform.engine.support.hierarchical.HierarchicalTestEngine;

/**
 * Finds methods with {@link GradientCheck} on the JUnit platform and runs them. JUnit finds it
 * itself, in Maven, Gradle and IDEs; nobody has to call it.
 */
public final class GradientCheckEngine extends HierarchicalTestEngine<EngineExecutionContext> {
    static final String ID = "retrograd";

    private static final EngineDiscoveryRequestResolver<TestDescriptor> RESOLVER =
            EngineDiscoveryRequestResolver.builder()
                    .addClassContainerSelectorResolver(type -> !methods(type).isEmpty())
                    .addSelectorResolver(context -> new CheckResolver(context.getClassNameFilter()))
                    .build();

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        EngineDescriptor all = new EngineDescriptor(id, "Gradient checks");
        RESOLVER.resolve(request, all);
        return all;
    }

    @Override
    protected EngineExecutionContext createExecutionContext(ExecutionRequest request) {
        return new EngineExecutionContext() {};
    }

    /** The methods of a class to run; inherited ones too. */
    static List<java.lang.reflect.Method> methods(Class<?> type) {
        return AnnotationSupport.findAnnotatedMethods(
                type, GradientCheck.class, HierarchyTraversalMode.TOP_DOWN);
    }
}
