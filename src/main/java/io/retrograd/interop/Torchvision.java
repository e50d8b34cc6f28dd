package io.retrograd.interop;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Networks of torchvision that we have too, with its names of their layers: {@link Weights#from}
 * loads its state dictionaries.
 *
 * <pre>{@code
 * Weights.load(path).from(Torchvision.RESNET18).into(model);            // all of it
 *
 * Weights.load(path).from(Torchvision.RESNET18)
 *         .except(Torchvision.RESNET18.head()).into(model);             // for other classes
 * }</pre>
 *
 * <p>Source: torchvision 0.29, {@code torchvision/models}.
 */
public enum Torchvision {
    RESNET18("resnet18", Torchvision::resnet, 2, 2, 2, 2),
    RESNET34("resnet34", Torchvision::resnet, 3, 4, 6, 3),
    RESNET50("resnet50", Torchvision::resnet, 3, 4, 6, 3),
    VGG11_BN("vgg11-bn", Torchvision::vgg, 1, 1, 2, 2, 2),
    VGG16_BN("vgg16-bn", Torchvision::vgg, 2, 2, 3, 3, 3),
    MOBILENET_V2("mobilenetv2", Torchvision::mobileNet, 1, 2, 3, 4, 3, 3, 1),
    DENSENET121("densenet121", Torchvision::denseNet, 6, 12, 24, 16);

    /** How torchvision's first DenseNets were saved, before it forbade dots in names of layers. */
    private static final Pattern OLD_DENSE_LAYER =
            Pattern.compile("(.*denselayer\\d+\\.(?:norm|relu|conv))\\.([12]\\..*)");

    private final String model;

    /** Our layers by torchvision's. */
    @SuppressWarnings("ImmutableEnumChecker") // nothing is put in after the constructor
    private final Map<String, String> layers = new HashMap<>();

    private final String head;

    /** Enters layers. */
    private interface Names {
        /** Returns the path of our head. */
        String enter(Map<String, String> layers, int... blocks);
    }

    Torchvision(String model, Names names, int... blocks) {
        this.model = model;
        head = names.enter(layers, blocks);
    }

    /** The name of our network, as {@code Models} has it. */
    public String model() {
        return model;
    }

    /** The network of this name, if torchvision has it. */
    public static Optional<Torchvision> of(String model) {
        return Arrays.stream(values()).filter(it -> it.model.equals(model)).findFirst();
    }

    /** A pattern of the names of the last layer's parameters, which classes decide. */
    public String head() {
        return head + ".*";
    }

    /** Our name for a tensor; that of torchvision where we have none. */
    String name(String theirs) {
        Matcher old = OLD_DENSE_LAYER.matcher(theirs);
        String known = old.matches() ? old.group(1) + old.group(2) : theirs;
        int dot = known.lastIndexOf('.');
        String layer = dot < 0 ? null : layers.get(known.substring(0, dot));
        return layer == null ? theirs : layer + known.substring(dot);
    }

    /**
     * Their name for one of our tensors.
     *
     * @throws IllegalArgumentException if they have no such layer
     */
    String theirName(String ours) {
        int dot = ours.lastIndexOf('.');
        for (Map.Entry<String, String> layer : layers.entrySet()) {
            if (dot >= 0 && layer.getValue().equals(ours.substring(0, dot))) {
                return layer.getKey() + ours.substring(dot);
            }
        }
        throw new IllegalArgumentException(
                String.format("Torchvision: expected a tensor of %s, got %s", model, ours));
    }

    /** Layers 0 to 3 are the stem; each block and its ReLU are two. */
    private static String resnet(Map<String, String> layers, int... blocks) {
        layers.put("conv1", "0");
        layers.put("bn1", "1");
        int at = 4;
        for (int stage = 0; stage < blocks.length; stage++) {
            for (int block = 0; block < blocks[stage]; block++) {
                String theirs = "layer" + (stage + 1) + "." + block + ".";
                for (int i = 0; i < 3; i++) {
                    layers.put(theirs + "conv" + (i + 1), at + ".body." + 3 * i);
                    layers.put(theirs + "bn" + (i + 1), at + ".body." + (3 * i + 1));
                }
                layers.put(theirs + "downsample.0", at + ".shortcut.0");
                layers.put(theirs + "downsample.1", at + ".shortcut.1");
                at += 2;
            }
        }
        return head(layers, "fc", at + 1);
    }

    /** The same layers in the same order, those of the classifier behind means and Flatten. */
    private static String vgg(Map<String, String> layers, int... convolutions) {
        int features = 3 * Arrays.stream(convolutions).sum() + convolutions.length;
        for (int i = 0; i < features; i++) {
            layers.put("features." + i, Integer.toString(i));
        }
        layers.put("classifier.0", Integer.toString(features + 2));
        layers.put("classifier.3", Integer.toString(features + 5));
        return head(layers, "classifier.6", features + 8);
    }

    /** Blocks are one layer each, and a Residual where their shapes agree. */
    private static String mobileNet(Map<String, String> layers, int... blocks) {
        layers.put("features.0.0", "0");
        layers.put("features.0.1", "1");
        int number = 1;
        for (int stage = 0; stage < blocks.length; stage++) {
            for (int block = 0; block < blocks[stage]; block++) {
                String theirs = "features." + number + ".conv.";
                String ours = (number + 2) + "." + (block > 0 ? "body." : "");
                int wide = stage == 0 ? 1 : 2;
                for (int i = 0; i < wide; i++) {
                    layers.put(theirs + i + ".0", ours + 3 * i);
                    layers.put(theirs + i + ".1", ours + (3 * i + 1));
                }
                layers.put(theirs + wide, ours + 3 * wide);
                layers.put(theirs + (wide + 1), ours + (3 * wide + 1));
                number++;
            }
        }
        layers.put("features." + number + ".0", Integer.toString(number + 2));
        layers.put("features." + number + ".1", Integer.toString(number + 3));
        return head(layers, "classifier.1", number + 7);
    }

    /** Each layer of a block is the second branch of a Concat. */
    private static String denseNet(Map<String, String> layers, int... blocks) {
        layers.put("features.conv0", "0");
        layers.put("features.norm0", "1");
        int at = 4;
        for (int b = 1; b <= blocks.length; b++) {
            for (int i = 1; i <= blocks[b - 1]; i++) {
                String theirs = "features.denseblock" + b + ".denselayer" + i + ".";
                String ours = at + ".branches.1.";
                layers.put(theirs + "norm1", ours + 0);
                layers.put(theirs + "conv1", ours + 2);
                layers.put(theirs + "norm2", ours + 3);
                layers.put(theirs + "conv2", ours + 5);
                at++;
            }
            if (b < blocks.length) {
                layers.put("features.transition" + b + ".norm", Integer.toString(at));
                layers.put("features.transition" + b + ".conv", Integer.toString(at + 2));
                at += 4;
            }
        }
        layers.put("features.norm" + (blocks.length + 1), Integer.toString(at));
        return head(layers, "classifier", at + 3);
    }

    private static String head(Map<String, String> layers, String theirs, int at) {
        layers.put(theirs, Integer.toString(at));
        return Integer.toString(at);
    }
}
