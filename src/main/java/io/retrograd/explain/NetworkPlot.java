package io.retrograd.explain;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.operation.Arrangements;
import io.retrograd.plot.Look;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.sourceforge.plantuml.FileFormat;
import net.sourceforge.plantuml.FileFormatOption;
import net.sourceforge.plantuml.SourceStringReader;

/**
 * A network as an SVG picture: its inputs, a box for each operation with its layer's path and the
 * shape of its output, blue where it has parameters, and its outputs. Arrows are tensors.
 */
public final class NetworkPlot {
    private static final String HEADER =
            """
            @startuml
            !pragma layout smetana
            skinparam shadowing false
            skinparam defaultFontName sans-serif
            skinparam defaultTextAlignment center
            skinparam ArrowColor #606060
            skinparam RectangleBorderColor #606060
            skinparam RoundCorner 6
            skinparam ranksep 24
            """;

    private static final String WITH_PARAMETERS = "#D6E8F7";
    private static final String WITHOUT = "#FFFFFF";
    private static final String END = "#ECECEC";
    private static final long SEED = 0;

    private final StringBuilder text = new StringBuilder(HEADER);

    /** The boxes in which tensors are made. */
    private final Map<Tensor, String> makers = new HashMap<>();

    private final Set<Tensor> weights = new HashSet<>();
    private int boxes;

    private NetworkPlot() {}

    /**
     * Draws a network.
     *
     * @param inputs the shapes of its inputs by name, the batch included
     * @return the SVG file, in UTF-8
     * @throws IllegalArgumentException if the network does not take such inputs
     * @throws IllegalStateException if this machine cannot draw, as without fonts
     */
    public static byte[] svg(Layer layer, Map<String, Shape> inputs, Backend backend) {
        Look.check();
        try (Parameters parameters = new Parameters(backend, SEED)) {
            Binder binder = new Binder(parameters, BindOptions.infer());
            NetworkPlot plot = new NetworkPlot();
            Network network = Network.of(layer);
            Map<String, Tensor> given = network.inputs(binder, inputs);
            given.forEach(plot::input);
            Map<String, Tensor> outputs = network.bind(binder, given);
            plot.weights.addAll(parameters.tensors());
            binder.nodes().forEach(plot::node);
            outputs.forEach(plot::output);
            return plot.draw();
        }
    }

    private void input(String name, Tensor x) {
        makers.put(x, box(END, List.of(bold(name), x.shape().toString())));
    }

    private void output(String name, Tensor y) {
        arrow(y, box(END, List.of(bold(name), y.shape().toString())));
    }

    private void node(Node node) {
        if (node.operation() instanceof Arrangements.Fork fork) {
            fork(fork);
            return;
        }
        boolean weighted = node.reads().stream().anyMatch(weights::contains);
        Shape shape = node.writes().get(0).shape();
        String box =
                box(
                        weighted ? WITH_PARAMETERS : WITHOUT,
                        List.of(bold(node.name()), plain(node.path()), shape.toString()));
        node.reads().forEach(x -> arrow(x, box));
        node.writes().forEach(y -> makers.put(y, box));
    }

    /** No box: its branches come from where its input does. */
    private void fork(Arrangements.Fork fork) {
        String maker = makers.get(fork.x());
        if (maker == null) {
            weights.addAll(fork.branches());
        } else {
            fork.branches().forEach(branch -> makers.put(branch, maker));
        }
    }

    private String box(String color, List<String> lines) {
        String name = "n" + boxes++;
        String label =
                lines.stream().filter(line -> !line.isEmpty()).collect(Collectors.joining("\\n"));
        text.append(String.format("rectangle \"%s\" as %s %s%n", label, name, color));
        return name;
    }

    private void arrow(Tensor from, String to) {
        String maker = makers.get(from);
        if (maker != null) {
            text.append(String.format("%s --> %s%n", maker, to));
        }
    }

    private static String bold(String name) {
        return "**" + plain(name) + "**";
    }

    /** Text of which nothing is taken for markup. */
    private static String plain(String name) {
        return name.codePoints()
                .mapToObj(
                        c ->
                                Character.isLetterOrDigit(c) || c == '.' || c == '+'
                                        ? Character.toString(c)
                                        : String.format("<U+%04X>", c))
                .collect(Collectors.joining());
    }

    private byte[] draw() {
        text.append("@enduml\n");
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        try {
            new SourceStringReader(text.toString())
                    .outputImage(
                            svg, new FileFormatOption(FileFormat.SVG, /* withMetadata= */ false));
        } catch (IOException e) {
            throw new IllegalStateException("plot: " + e.getMessage(), e);
        }
        return svg.toByteArray();
    }
}
