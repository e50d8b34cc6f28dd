package io.retrograd.junit;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.MethodSelector;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.engine.support.discovery.SelectorResolver;

/** Makes tests of what a test run selects: a class, one of its methods, or one check by its id. */
final class CheckResolver implements SelectorResolver {
    private final Predicate<String> classNames;

    CheckResolver(Predicate<String> classNames) {
        this.classNames = classNames;
    }

    @Override
    public Resolution resolve(ClassSelector selector, Context context) {
        Class<?> type = selector.getJavaClass();
        boolean wanted =
                !Modifier.isAbstract(type.getModifiers()) && classNames.test(type.getName());
        if (!wanted || GradientCheckEngine.methods(type).isEmpty()) {
            return Resolution.unresolved();
        }
        return resolution(
                context.addToParent(parent -> Optional.of(new Checks.OfClass(parent, type)))
                        .map(
                                checks ->
                                        Match.exact(
                                                checks,
                                                () -> {
                                                    Set<DiscoverySelector> methods =
                                                            new LinkedHashSet<>();
                                                    for (Method method :
                                                            GradientCheckEngine.methods(type)) {
                                                        methods.add(
                                                                DiscoverySelectors.selectMethod(
                                                                        type, method));
                                                    }
                                                    return methods;
                                                })));
    }

    @Override
    public Resolution resolve(MethodSelector selector, Context context) {
        Method method = selector.getJavaMethod();
        if (!GradientCheckEngine.methods(selector.getJavaClass()).contains(method)) {
            return Resolution.unresolved();
        }
        return resolution(
                context.addToParent(
                                () -> DiscoverySelectors.selectClass(selector.getJavaClass()),
                                parent -> Optional.of(new Checks.OfMethod(parent, method)))
                        .map(checks -> Match.exact(checks, checks::select)));
    }

    @Override
    public Resolution resolve(UniqueIdSelector selector, Context context) {
        UniqueId id = selector.getUniqueId();
        String last = id.getLastSegment().getValue();
        return switch (id.getLastSegment().getType()) {
            case Checks.CLASS ->
                    load(last)
                            .map(type -> resolve(DiscoverySelectors.selectClass(type), context))
                            .orElse(Resolution.unresolved());
            case Checks.METHOD ->
                    method(id.removeLastSegment().getLastSegment().getValue(), last)
                            .map(method -> resolve(method, context))
                            .orElse(Resolution.unresolved());
            case Checks.CHECK ->
                    resolution(
                            context.addToParent(
                                            () ->
                                                    DiscoverySelectors.selectUniqueId(
                                                            id.removeLastSegment()),
                                            parent -> ((Checks.OfMethod) parent).check(last))
                                    .map(Match::exact));
            default -> Resolution.unresolved();
        };
    }

    private static Optional<MethodSelector> method(String type, String name) {
        return load(type)
                .flatMap(
                        found ->
                                GradientCheckEngine.methods(found).stream()
                                        .filter(method -> method.getName().equals(name))
                                        .findFirst()
                                        .map(
                                                method ->
                                                        DiscoverySelectors.selectMethod(
                                                                found, method)));
    }

    private static Optional<Class<?>> load(String type) {
        return ReflectionSupport.tryToLoadClass(type).toOptional();
    }

    private static Resolution resolution(Optional<Match> match) {
        return match.map(Resolution::match).orElse(Resolution.unresolved());
    }
}
