package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.retrograd.onnx.Part.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a network's parts: those of the modules that their parameters belonged to, or else of
 * the file's nodes.
 */
final class PartNames {
    private static final int LONGEST = 100;

    /** A module's path and the name of one of its tensors. */
    private static final Pattern MODULE =
            Pattern.compile(
                    "(.+)\\.(weight|bias|running_mean|running_var|in_proj_weight|in_proj_bias)\\b.*");

    private PartNames() {}

    /** What a part may be called, the best first. */
    static List<String> of(NodeProto node, List<Parameter> parameters) {
        List<String> names = new ArrayList<>();
        for (Parameter parameter : parameters) {
            String source = parameter.source();
            Matcher module = MODULE.matcher(source == null ? "" : source);
            if (module.matches()) {
                names.add(plain(module.group(1)));
                break;
            }
        }
        names.add(plain(module(node)));
        names.add(plain(node.getOpType().toLowerCase(Locale.ROOT)));
        names.removeIf(String::isEmpty);
        return names;
    }

    /** A node's name without its operator: of /layer1/layer1.0/conv1/Conv it is layer1.0/conv1. */
    private static String module(NodeProto node) {
        List<String> path =
                new ArrayList<>(
                        Arrays.stream(node.getName().split("/", -1))
                                .filter(p -> !p.isEmpty())
                                .toList());
        String last = path.isEmpty() ? "" : path.get(path.size() - 1);
        if (path.size() > 1 && last.matches("[A-Z]\\w*")) {
            path.remove(path.size() - 1);
        }
        for (int i = path.size() - 2; i >= 0; i--) {
            if (path.get(i + 1).startsWith(path.get(i) + ".")) {
                path.remove(i);
            }
        }
        return String.join("/", path);
    }

    /** The name with letters, digits, _ and - only. */
    static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]+", "_").replaceAll("^_+|_+$", "");
        return plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
    }

    /** A node for messages. */
    static String where(NodeProto node) {
        String name = node.getName();
        String output = node.getOutputCount() == 0 ? "" : node.getOutput(0);
        return name.isEmpty()
                ? "the node of output " + TensorReader.quoted(output)
                : "node " + TensorReader.quoted(name);
    }
}
