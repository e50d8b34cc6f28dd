package io.retrograd.interop;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle that {@code torch.save} writes of dictionaries of tensors. Nothing in it is
 * executed: a few globals stand for values of this reader's own, and any other is refused, as is
 * every opcode that tensors do not need.
 *
 * <p>Values are String, Long, Double, Boolean, {@link #NONE}, List (of lists and tuples), Map (of
 * dictionaries), {@link TorchTensor} and its parts. Nothing here calls itself, however deep the
 * values are nested, and memory is a small multiple of the pickle's bytes.
 *
 * <p>Source: Python's {@code pickletools}; PyTorch's {@code torch/_weights_only_unpickler.py}.
 */
final class Unpickler {
    /** Python's None. */
    static final Object NONE = new Object();

    private static final Object MARK = new Object();

    private final Path path;
    private final ByteBuffer pickle;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private int opcodeAt;

    private Unpickler(Path path, byte[] pickle) {
        this.path = path;
        this.pickle = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a pickle.
     *
     * @param path for messages
     * @throws FormatException if it is damaged, or holds more than tensors in dictionaries
     */
    static Object read(Path path, byte[] pickle) throws FormatException {
        Unpickler unpickler = new Unpickler(path, pickle);
        try {
            return unpickler.run();
        } catch (BufferUnderflowException e) {
            throw unpickler.error("expected more bytes, got the end of the pickle");
        }
    }

    private Object run() throws FormatException {
        while (true) {
            opcodeAt = pickle.position();
            int opcode = Byte.toUnsignedInt(pickle.get());
            if (opcode == '.') {
                Object value = pop();
                if (!stack.isEmpty()) {
                    throw error("expected one value at the end, got " + (stack.size() + 1));
                }
                return value;
            }
            if (!constant(opcode) && !collection(opcode)) {
                step(opcode);
            }
        }
    }

    /** Opcodes that push a value of their own. */
    private boolean constant(int opcode) throws FormatException {
        switch (opcode) {
            case 'N' -> push(NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) pickle.getInt());
            case 'K' -> push((long) Byte.toUnsignedInt(pickle.get()));
            case 'M' -> push((long) Short.toUnsignedInt(pickle.getShort()));
            case 0x8a -> push(longInteger(Byte.toUnsignedInt(pickle.get())));
            case 'G' -> {
                pickle.order(ByteOrder.BIG_ENDIAN);
                push(pickle.getDouble());
                pickle.order(ByteOrder.LITTLE_ENDIAN);
            }
            case 'X' -> push(text(Integer.toUnsignedLong(pickle.getInt())));
            case 'U' -> push(text(Byte.toUnsignedInt(pickle.get())));
            case 'c' -> push(global(line(), line()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Opcodes that make a collection, or add to one. */
    private boolean collection(int opcode) throws FormatException {
        switch (opcode) {
            case '}' -> push(new LinkedHashMap<Object, Object>());
            case ']', ')' -> push(new ArrayList<>());
            case '(' -> push(MARK);
            case 't' -> push(toMark());
            case 0x85 -> push(last(1));
            case 0x86 -> push(last(2));
            case 0x87 -> push(last(3));
            case 'a' -> list(last(1));
            case 'e' -> list(toMark());
            case 's' -> dictionary(last(2));
            case 'u' -> dictionary(toMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void step(int opcode) throws FormatException {
        switch (opcode) {
            case 0x80 -> protocol(Byte.toUnsignedInt(pickle.get()));
            case 'q' -> memo.put((long) Byte.toUnsignedInt(pickle.get()), top());
            case 'r' -> memo.put(Integer.toUnsignedLong(pickle.getInt()), top());
            case 'h' -> push(known(Byte.toUnsignedInt(pickle.get())));
            case 'j' -> push(known(Integer.toUnsignedLong(pickle.getInt())));
            case 'Q' -> push(storage(pop()));
            case 'R' -> {
                Object arguments = pop();
                push(call(pop(), arguments));
            }
            case 'b' -> {
                pop();
                if (!(top() instanceof Map)) {
                    throw error("expected attributes of a dictionary only (BUILD), got others");
                }
            }
            default ->
                    throw error(
                            String.format(
                                    "expected the opcodes that tensors need, got %s; save the state"
                                            + " dictionary alone, with torch.save's default"
                                            + " pickle_protocol",
                                    PickleOpcodes.name(opcode)));
        }
    }

    private void protocol(int version) throws FormatException {
        if (version < 2 || version > 5) {
            throw error("expected a pickle of protocol 2, got " + version);
        }
    }

    /** A whole number, of a Long's size; larger ones, which no tensor needs, as double. */
    private Object longInteger(int bytes) {
        byte[] magnitude = new byte[bytes + 1];
        for (int i = 0; i < bytes; i++) {
            magnitude[bytes - i] = pickle.get();
        }
        magnitude[0] = (byte) (bytes > 0 && magnitude[1] < 0 ? -1 : 0);
        BigInteger value = new BigInteger(magnitude);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value.doubleValue();
    }

    private String text(long bytes) throws FormatException {
        if (bytes > pickle.remaining()) {
            throw error(
                    String.format(
                            "expected a text of %d bytes, got %d", bytes, pickle.remaining()));
        }
        byte[] text = new byte[(int) bytes];
        pickle.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private String line() throws FormatException {
        int begin = pickle.position();
        int end = begin;
        while (end < pickle.limit() && pickle.get(end) != '\n') {
            end++;
        }
        String line = text((long) end - begin);
        pickle.get();
        return line;
    }

    private Object global(String module, String name) throws FormatException {
        Object value = TorchTensor.global(module + "." + name);
        if (value == null) {
            throw error(
                    String.format(
                            "expected tensors in dictionaries, got the global %s, which is not"
                                    + " called; save the state dictionary alone:"
                                    + " torch.save(model.state_dict(), FILE)",
                            Safetensors.quote(module + "." + name)));
        }
        return value;
    }

    private Object storage(Object id) throws FormatException {
        Object storage = TorchTensor.storage(id);
        if (storage == null) {
            throw error("expected the persistent id of a storage, got another");
        }
        return storage;
    }

    private Object call(Object function, Object arguments) throws FormatException {
        Object made = null;
        String problem = "other arguments";
        if (function instanceof TorchTensor.Function known && arguments instanceof List<?> list) {
            try {
                made = known.call(list);
            } catch (IllegalArgumentException e) {
                problem = e.getMessage();
            }
        }
        if (made == null) {
            throw error("expected a call as torch.save writes it (REDUCE), got " + problem);
        }
        return made;
    }

    private void list(List<Object> added) throws FormatException {
        if (!(top() instanceof List)) {
            throw error("expected a list to append to, got something else");
        }
        @SuppressWarnings("unchecked")
        List<Object> list = (List<Object>) top();
        list.addAll(added);
    }

    private void dictionary(List<Object> added) throws FormatException {
        if (!(top() instanceof Map) || added.size() % 2 != 0) {
            throw error("expected keys and values of a dictionary, got something else");
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) top();
        for (int i = 0; i < added.size(); i += 2) {
            Object key = added.get(i);
            if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
                throw error("expected texts or numbers as keys of a dictionary, got others");
            }
            map.put(key, added.get(i + 1));
        }
    }

    private Object known(long number) throws FormatException {
        Object value = memo.get(number);
        if (value == null) {
            throw error("expected a value that was remembered, got number " + number);
        }
        return value;
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object top() throws FormatException {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw error("expected a value on the stack, got none");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws FormatException {
        Object value = top();
        stack.remove(stack.size() - 1);
        return value;
    }

    private List<Object> last(int count) throws FormatException {
        List<Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(0, pop());
        }
        return values;
    }

    private List<Object> toMark() throws FormatException {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw error("expected a mark on the stack, got none");
        }
        List<Object> above = stack.subList(mark + 1, stack.size());
        List<Object> values = new ArrayList<>(above);
        stack.subList(mark, stack.size()).clear();
        return values;
    }

    private FormatException error(String problem) {
        return new FormatException(path, opcodeAt, problem);
    }
}
