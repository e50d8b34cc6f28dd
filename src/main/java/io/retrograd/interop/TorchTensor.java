package io.retrograd.interop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as {@code torch.save} describes it: elements of a storage, which other tensors may see
 * too.
 *
 * @param offset the first element in the storage
 * @param size the sizes; none for a scalar
 * @param stride elements of the storage from one index to the next, of each dimension
 */
record TorchTensor(Storage storage, long offset, List<Long> size, List<Long> stride) {
    private static final int MAX_RANK = 64;
    private static final Map<String, ElementKind> STORAGES =
            Map.of(
                    "torch.DoubleStorage", ElementKind.F64,
                    "torch.FloatStorage", ElementKind.F32,
                    "torch.HalfStorage", ElementKind.F16,
                    "torch.BFloat16Storage", ElementKind.BF16,
                    "torch.LongStorage", ElementKind.I64,
                    "torch.IntStorage", ElementKind.I32,
                    "torch.ShortStorage", ElementKind.I16,
                    "torch.CharStorage", ElementKind.I8,
                    "torch.ByteStorage", ElementKind.U8,
                    "torch.BoolStorage", ElementKind.BOOL);

    TorchTensor {
        size = List.copyOf(size);
        stride = List.copyOf(stride);
        if (size.size() != stride.size() || size.size() > MAX_RANK) {
            throw new IllegalArgumentException("a tensor of sizes " + size + " and other strides");
        }
        checkNotNegative(offset, size, stride);
        try {
            if (!size.contains(0L)
                    && Math.addExact(offset, span(size, stride)) > storage.elements()) {
                throw new IllegalArgumentException(
                        String.format(
                                "a tensor of sizes %s that ends behind its storage of %d",
                                size, storage.elements()));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a tensor of too large sizes " + size, e);
        }
    }

    /**
     * Numbers of one kind in an entry of the file.
     *
     * @param key the entry's name in the folder {@code data}
     */
    record Storage(ElementKind kind, String key, long elements) {}

    /** What may be called. */
    interface Function {
        /**
         * What it returns; null for arguments that it does not take.
         *
         * @throws IllegalArgumentException for others, with the reason
         */
        @Nullable Object call(List<?> arguments);
    }

    private static void checkNotNegative(long offset, List<Long> size, List<Long> stride) {
        boolean negative = offset < 0;
        for (int d = 0; d < size.size(); d++) {
            negative |= size.get(d) < 0 || stride.get(d) < 0;
        }
        if (negative) {
            throw new IllegalArgumentException("a tensor of negative sizes, strides or offset");
        }
    }

    /** Elements of the storage from the tensor's first to its last, both included. */
    private static long span(List<Long> size, List<Long> stride) {
        long last = 0;
        for (int d = 0; d < size.size(); d++) {
            last = Math.addExact(last, Math.multiplyExact(size.get(d) - 1, stride.get(d)));
        }
        return last + 1;
    }

    /** Elements of the storage that it reaches over; 0 if it has none. */
    long span() {
        return size.contains(0L) ? 0 : span(size, stride);
    }

    /** Whether its elements lie row-major, one behind the other. */
    boolean contiguous() {
        long step = 1;
        for (int d = size.size() - 1; d >= 0; d--) {
            if (size.get(d) != 1 && stride.get(d) != step) {
                return false;
            }
            step *= size.get(d);
        }
        return true;
    }

    /** Where each element lies, row-major, counted from the first. */
    int[] places() {
        int[] places = new int[Math.toIntExact(SafeTensor.size(size))];
        int[] index = new int[size.size()];
        int place = 0;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            for (int d = index.length - 1; d >= 0; d--) {
                int step = Math.toIntExact(stride.get(d));
                index[d]++;
                place += step;
                if (index[d] < size.get(d)) {
                    break;
                }
                place -= index[d] * step;
                index[d] = 0;
            }
        }
        return places;
    }

    /** What a global of a pickle stands for; null for those that tensors do not need. */
    static @Nullable Object global(String name) {
        return switch (name) {
            case "collections.OrderedDict" ->
                    (Function) it -> it.isEmpty() ? new LinkedHashMap<Object, Object>() : null;
            case "torch._utils._rebuild_tensor_v2" -> (Function) TorchTensor::rebuild;
            case "torch._utils._rebuild_parameter" -> (Function) TorchTensor::parameter;
            case "torch.Size" -> (Function) it -> it.size() == 1 ? it.get(0) : null;
            default -> STORAGES.get(name);
        };
    }

    /** (storage, offset, size, stride, requires_grad, hooks), metadata behind them or not. */
    private static @Nullable Object rebuild(List<?> arguments) {
        boolean fits =
                arguments.size() >= 6
                        && arguments.get(0) instanceof Storage
                        && arguments.get(1) instanceof Long
                        && arguments.get(2) instanceof List
                        && arguments.get(3) instanceof List;
        return fits
                ? new TorchTensor(
                        (Storage) arguments.get(0),
                        (Long) arguments.get(1),
                        longs((List<?>) arguments.get(2)),
                        longs((List<?>) arguments.get(3)))
                : null;
    }

    private static List<Long> longs(List<?> values) {
        if (!values.stream().allMatch(Long.class::isInstance)) {
            throw new IllegalArgumentException("sizes or strides that are no integers");
        }
        return values.stream().map(Long.class::cast).toList();
    }

    /** (tensor, requires_grad, hooks). */
    private static @Nullable Object parameter(List<?> arguments) {
        return arguments.size() == 3 && arguments.get(0) instanceof TorchTensor tensor
                ? tensor
                : null;
    }

    /** The storage of {@code ("storage", kind, key, device, elements)}; null for another id. */
    static @Nullable Storage storage(Object id) {
        return id instanceof List<?> parts
                        && parts.size() == 5
                        && "storage".equals(parts.get(0))
                        && parts.get(1) instanceof ElementKind kind
                        && parts.get(2) instanceof String key
                        && parts.get(4) instanceof Long elements
                        && elements >= 0
                ? new Storage(kind, key, elements)
                : null;
    }
}
