package io.retrograd.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retrograd.file.WholeFile;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A model's parameters and running statistics, on their way into safetensors files for other
 * programs: what {@link Weights} is for files on their way into a model. Immutable: each setting
 * gives another.
 *
 * <pre>{@code
 * ModelWeights.of(model).as(ElementKind.F16).to(Torchvision.RESNET18).save(path);
 *
 * ModelWeights.of(model).rename("^0\\.", "encoder.").saveShards(folder, 5_000_000_000L);
 * }</pre>
 *
 * <p>Shapes are PyTorch's, and so are names within a layer: {@code weight}, {@code bias}, {@code
 * running_mean}. The names of a {@code Sequential} are those of {@code torch.nn.Sequential}, whose
 * {@code load_state_dict} takes the file's tensors as they are. Settings that change names apply
 * one after the other.
 */
public final class ModelWeights {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Model model;
    private final ElementKind kind;
    private final List<UnaryOperator<String>> renamings;
    private final Map<String, String> metadata;

    private ModelWeights(
            Model model,
            ElementKind kind,
            List<UnaryOperator<String>> renamings,
            Map<String, String> metadata) {
        this.model = model;
        this.kind = kind;
        this.renamings = renamings;
        this.metadata = metadata;
    }

    /**
     * Those of a model, in float32, and with the format's mark of PyTorch's tensors, {@code format:
     * pt}, which some readers ask for.
     */
    public static ModelWeights of(Model model) {
        return new ModelWeights(model, ElementKind.F32, List.of(), Map.of("format", "pt"));
    }

    /**
     * In another precision, to which numbers are rounded, of two to the even one.
     *
     * @param real F64, F32, F16 or BF16
     * @throws IllegalArgumentException for another kind
     */
    public ModelWeights as(ElementKind real) {
        if (!real.real() || !real.written()) {
            throw new IllegalArgumentException(
                    "ModelWeights.as: expected F64, F32, F16 or BF16, got " + real);
        }
        return new ModelWeights(model, real, renamings, metadata);
    }

    /** With the names of a known network. */
    public ModelWeights to(Torchvision network) {
        return renamed(network::theirName);
    }

    /**
     * Replaces what a regular expression finds in names.
     *
     * @param regex as {@link Pattern} has it
     * @param replacement with {@code $1} for what the first group found
     * @throws IllegalArgumentException if it is no such thing
     */
    public ModelWeights rename(String regex, String replacement) {
        return renamed(Weights.renaming(regex, replacement));
    }

    /** Puts a prefix before all names. */
    public ModelWeights addPrefix(String prefix) {
        return renamed(name -> prefix + name);
    }

    /** With a text in the file's header, which replaces one of the same name. */
    public ModelWeights metadata(String name, String text) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(name, text);
        return new ModelWeights(model, kind, renamings, more);
    }

    private ModelWeights renamed(UnaryOperator<String> renaming) {
        List<UnaryOperator<String>> more = new ArrayList<>(renamings);
        more.add(renaming);
        return new ModelWeights(model, kind, List.copyOf(more), metadata);
    }

    /**
     * Writes one file, whole or not at all. One tensor at a time is in memory beside the model.
     *
     * @return the names that were written, in the file's order
     * @throws IllegalArgumentException if two tensors have one name, or for numbers beyond the
     *     largest of the kind
     * @throws IOException if it cannot be written
     */
    public List<String> save(Path path) throws IOException {
        List<SafetensorsWriter.Outgoing> tensors = tensors();
        SafetensorsWriter.write(path, metadata, tensors);
        return tensors.stream().map(SafetensorsWriter.Outgoing::name).toList();
    }

    /**
     * Writes as many files as are needed to keep each below a size, and their index last, as
     * Hugging Face's {@code save_pretrained} does: {@code model-00001-of-00002.safetensors}, {@code
     * model.safetensors.index.json}. If one is enough it is {@code model.safetensors} without an
     * index.
     *
     * @param folder an existing one, without an index or a model
     * @param maxBytes of the tensors in one file; one tensor of more has a file of its own
     * @return the files, the index last
     * @throws IllegalArgumentException as {@link #save} does, and for a folder with a model
     * @throws IOException if they cannot be written
     */
    public List<Path> saveShards(Path folder, long maxBytes) throws IOException {
        Path single = folder.resolve(ShardIndex.MODEL);
        Path index = folder.resolve(ShardIndex.MODEL + ShardIndex.END);
        for (Path taken : List.of(single, index)) {
            if (Files.exists(taken)) {
                throw new IllegalArgumentException(
                        folder
                                + ": expected a folder without "
                                + taken.getFileName()
                                + ", whose shards it would mix with others, got one with it; choose"
                                + " another");
            }
        }
        List<SafetensorsWriter.Outgoing> tensors = tensors();
        List<List<SafetensorsWriter.Outgoing>> shards = shards(tensors, maxBytes);
        if (shards.size() == 1) {
            SafetensorsWriter.write(single, metadata, tensors);
            return List.of(single);
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("metadata")
                .put(
                        "total_size",
                        tensors.stream().mapToLong(SafetensorsWriter.Outgoing::bytes).sum());
        ObjectNode map = json.putObject(ShardIndex.WEIGHT_MAP);
        List<Path> files = new ArrayList<>();
        for (List<SafetensorsWriter.Outgoing> shard : shards) {
            String name =
                    String.format(
                            Locale.ROOT,
                            "model-%05d-of-%05d.safetensors",
                            files.size() + 1,
                            shards.size());
            SafetensorsWriter.write(folder.resolve(name), metadata, shard);
            shard.forEach(tensor -> map.put(tensor.name(), name));
            files.add(folder.resolve(name));
        }
        WholeFile.write(index, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        files.add(index);
        return files;
    }

    /** Fills one shard after the other, in the model's order. */
    private static List<List<SafetensorsWriter.Outgoing>> shards(
            List<SafetensorsWriter.Outgoing> tensors, long maxBytes) {
        List<List<SafetensorsWriter.Outgoing>> shards = new ArrayList<>();
        long bytes = 0;
        for (SafetensorsWriter.Outgoing tensor : tensors) {
            if (shards.isEmpty() || bytes + tensor.bytes() > maxBytes) {
                shards.add(new ArrayList<>());
                bytes = 0;
            }
            shards.get(shards.size() - 1).add(tensor);
            bytes += tensor.bytes();
        }
        return shards;
    }

    private List<SafetensorsWriter.Outgoing> tensors() {
        Map<String, SafetensorsWriter.Outgoing> tensors = new LinkedHashMap<>();
        model.parameters()
                .named()
                .forEach(
                        (ours, tensor) -> {
                            String name = ours;
                            for (UnaryOperator<String> renaming : renamings) {
                                name = renaming.apply(name);
                            }
                            List<Long> dims =
                                    tensor.shape().dims().stream().map(Integer::longValue).toList();
                            SafetensorsWriter.Outgoing outgoing =
                                    new SafetensorsWriter.Outgoing(
                                            name, kind, dims, () -> rounded(tensor));
                            if (tensors.put(name, outgoing) != null) {
                                throw new IllegalArgumentException(
                                        "ModelWeights: expected one tensor a name, got two named "
                                                + name);
                            }
                        });
        return List.copyOf(tensors.values());
    }

    private SafeTensor rounded(Tensor tensor) {
        try {
            return SafeTensor.of(tensor.shape(), tensor.toArray()).as(kind);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(tensor.name() + ": " + e.getMessage(), e);
        }
    }
}
