package io.retrograd.attribution;

import java.util.List;

/** The methods with their default settings, by name. */
public final class Methods {
    private static final List<Method> ALL =
            List.of(
                    new Saliency(),
                    new SmoothGrad(),
                    new GuidedBackprop(),
                    new Deconvnet(),
                    new InputXGradient(),
                    new IntegratedGradients(),
                    new GradCam(),
                    new GradCamPlusPlus(),
                    new Occlusion(),
                    new LayerWiseRelevance());

    private Methods() {}

    /** All, in the order in which they are shown. */
    public static List<Method> all() {
        return ALL;
    }

    /** Their names. */
    public static List<String> names() {
        return ALL.stream().map(Method::name).toList();
    }

    /**
     * The method of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Method named(String name) {
        return ALL.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        String.format(
                                                "method: expected one of %s, got %s",
                                                String.join(", ", names()), name)));
    }
}
