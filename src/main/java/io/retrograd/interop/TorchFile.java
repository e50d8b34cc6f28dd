package io.retrograd.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a file that {@code torch.save} wrote: a zip of a pickle and one entry a storage.
 *
 * <p>Entries must be stored as they are, which {@code torch.save} does: nothing that is read is
 * larger than the file. Source: PyTorch's {@code torch/serialization.py} and {@code
 * caffe2/serialize/inline_container.h}.
 */
final class TorchFile implements TensorSource {
    private static final int BUFFER = 1 << 16;

    /** Far more than names and shapes of the largest networks take. */
    private static final int LONGEST_PICKLE = 256 << 20;

    private static final String PICKLE = "data.pkl";

    private final Path path;
    private final ZipFile zip;
    private final String prefix;
    private final ByteOrder order;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();

    /** The storages whose checksums have been found right. */
    private final Set<String> checked = new HashSet<>();

    private TorchFile(Path path, ZipFile zip, List<String> keys) throws IOException {
        this.path = path;
        this.zip = zip;
        ZipEntry pickle =
                zip.stream()
                        .filter(it -> it.getName().endsWith("/" + PICKLE))
                        .findFirst()
                        .orElseThrow(() -> error("expected an entry data.pkl, got none"));
        prefix = pickle.getName().substring(0, pickle.getName().length() - PICKLE.length());
        ZipEntry byteOrder = zip.getEntry(prefix + "byteorder");
        order = byteOrder == null ? ByteOrder.LITTLE_ENDIAN : order(readAll(byteOrder, 16));
        Path inside = path.resolve(pickle.getName());
        collect(Unpickler.read(inside, readAll(pickle, LONGEST_PICKLE)), keys);
    }

    /**
     * Whether a file that starts so is one of {@code torch.save}.
     *
     * @param start nine bytes: a safetensors file has its header's first behind eight
     */
    static boolean starts(byte[] start) {
        boolean zip = start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
        boolean pickle = start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
        return (zip || pickle) && start[8] != '{';
    }

    static TorchFile open(Path path, List<String> keys) throws IOException {
        try {
            ZipFile zip = new ZipFile(path.toString());
            try {
                return new TorchFile(path, zip, keys);
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        } catch (ZipException e) {
            throw new FormatException(path, 0, notZip(path, e));
        }
    }

    private static String notZip(Path path, ZipException e) throws IOException {
        try (RegularFile file = RegularFile.open(path)) {
            byte[] first = new byte[1];
            file.read(0, ByteBuffer.wrap(first));
            return first[0] == 'P'
                    ? "expected a whole zip file, as torch.save writes it, got one that is damaged"
                            + " ("
                            + e.getMessage()
                            + ")"
                    : "expected PyTorch's zip format, got a pickle alone, as PyTorch wrote it before"
                            + " 1.6; save it again: torch.save(torch.load(FILE,"
                            + " weights_only=True), FILE)";
        }
    }

    private ByteOrder order(byte[] text) throws IOException {
        return switch (new String(text, StandardCharsets.ISO_8859_1).strip()) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default -> throw error("expected little or big as byteorder, got another");
        };
    }

    /** Finds the tensors in what the pickle holds. */
    private void collect(Object root, List<String> keys) {
        Map<?, ?> state = dictionary(root, List.of());
        for (int i = 0; i < keys.size(); i++) {
            state = dictionary(state.get(keys.get(i)), keys.subList(0, i + 1));
        }
        for (Map.Entry<?, ?> entry : state.entrySet()) {
            if (!(entry.getKey() instanceof String name)
                    || !(entry.getValue() instanceof TorchTensor tensor)) {
                throw new IllegalArgumentException(notTensors(state, keys, entry.getKey()));
            }
            tensors.put(name, tensor);
        }
    }

    private Map<?, ?> dictionary(@Nullable Object value, List<String> keys) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(
                String.format(
                        "%s: expected a dictionary %s, got %s",
                        path,
                        keys.isEmpty() ? "of tensors" : "under the key " + String.join(", ", keys),
                        value == null ? "none" : "something else"));
    }

    private String notTensors(Map<?, ?> state, List<String> keys, Object first) {
        List<String> nested =
                state.entrySet().stream()
                        .filter(it -> it.getValue() instanceof Map)
                        .map(it -> Safetensors.quote(String.valueOf(it.getKey())))
                        .toList();
        String advice =
                nested.isEmpty()
                        ? "save the state dictionary alone: torch.save(model.state_dict(), FILE)"
                        : "choose the key that leads to them, of " + nested;
        return String.format(
                "%s: expected tensors alone%s, got another value under %s; %s",
                path,
                keys.isEmpty() ? "" : " under " + String.join(", ", keys),
                Safetensors.quote(String.valueOf(first)),
                advice);
    }

    @Override
    public Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        tensors.forEach((name, it) -> entries.put(name, new Entry(it.storage().kind(), it.size())));
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public IntToDoubleFunction read(String name) throws IOException {
        TorchTensor tensor = Objects.requireNonNull(tensors.get(name), name);
        TorchTensor.Storage storage = tensor.storage();
        if (Math.max(tensor.span(), SafeTensor.size(tensor.size())) > RegularFile.MOST) {
            throw error("expected fewer numbers of one tensor, got " + tensor.size());
        }
        ZipEntry entry = entry(prefix + "data/" + storage.key());
        if (entry.getSize() / storage.kind().bytes() < storage.elements()) {
            throw error(
                    String.format(
                            "expected %d elements of %s in %s, got %d bytes",
                            storage.elements(),
                            storage.kind(),
                            Safetensors.quote(entry.getName()),
                            entry.getSize()));
        }
        if (checked.add(storage.key())) {
            check(entry);
        }
        Elements elements = new Elements(storage.kind(), (int) tensor.span());
        try (InputStream in = stored(entry)) {
            in.skipNBytes(tensor.offset() * storage.kind().bytes());
            long left = tensor.span() * storage.kind().bytes();
            while (left > 0) {
                byte[] bytes = in.readNBytes((int) Math.min(BUFFER, left));
                if (bytes.length == 0) {
                    throw error("expected more of " + Safetensors.quote(entry.getName()));
                }
                elements.add(ByteBuffer.wrap(bytes).order(order));
                left -= bytes.length;
            }
        }
        return (tensor.contiguous() ? elements : elements.gather(tensor.places())).values();
    }

    /** Refuses an entry whose bytes are not those that were written. */
    private void check(ZipEntry entry) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = stored(entry)) {
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                sum.update(buffer, 0, count);
            }
        }
        if (sum.getValue() != entry.getCrc()) {
            throw error(
                    String.format(
                            "expected %s with the checksum %08x, got %08x; the file is damaged, or"
                                    + " was saved without checksums",
                            Safetensors.quote(entry.getName()), entry.getCrc(), sum.getValue()));
        }
    }

    private byte[] readAll(ZipEntry entry, int most) throws IOException {
        if (entry.getSize() > most) {
            throw error(
                    String.format(
                            "expected at most %d bytes of %s, got %d",
                            most, Safetensors.quote(entry.getName()), entry.getSize()));
        }
        try (InputStream in = stored(entry)) {
            byte[] bytes = in.readNBytes(most);
            if (bytes.length != entry.getSize()) {
                throw error("expected all of " + Safetensors.quote(entry.getName()));
            }
            return bytes;
        }
    }

    private ZipEntry entry(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw error("expected an entry " + Safetensors.quote(name) + ", got none");
        }
        return entry;
    }

    private InputStream stored(ZipEntry entry) throws IOException {
        if (entry.getMethod() != ZipEntry.STORED) {
            throw error(
                    String.format(
                            "expected %s stored without compression, as torch.save does, got it"
                                    + " compressed; save it again with torch.save",
                            Safetensors.quote(entry.getName())));
        }
        InputStream in = zip.getInputStream(entry);
        if (in == null) {
            throw error("expected an entry " + Safetensors.quote(entry.getName()) + ", got none");
        }
        return in;
    }

    private FormatException error(String problem) {
        return new FormatException(path, 0, problem);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
