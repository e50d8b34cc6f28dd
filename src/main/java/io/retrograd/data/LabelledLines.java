package io.retrograd.data;

import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Labelled texts from a file of lines {@code label<TAB>text} in UTF-8. Empty lines and a byte order
 * mark at the start of a line count for nothing.
 *
 * @param names the labels in their order, which gives them their numbers
 * @param labels the number of each text's label
 */
public record LabelledLines(List<String> names, List<String> texts, List<Integer> labels) {
    private static final String MARK = "\uFEFF";

    public LabelledLines {
        names = List.copyOf(names);
        texts = List.copyOf(texts);
        labels = List.copyOf(labels);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, is not UTF-8, or has a line without a label or
     *     without a text; the message names the file and the line
     */
    public static LabelledLines read(Path file) throws IOException {
        byte[] bytes;
        try (RegularFile open = RegularFile.open(file)) {
            bytes = open.readAll(RegularFile.MOST);
        }
        List<String> keys = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int number = 0;
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            number++;
            String line = decode(file, number, Arrays.copyOfRange(bytes, start, end));
            line = unmarked(file, number, line).strip();
            start = end + 1;
            if (line.isEmpty()) {
                continue;
            }
            int tab = line.indexOf('\t');
            if (tab < 1 || line.substring(tab).isBlank()) {
                throw new IOException(
                        String.format(
                                "%s, line %d: expected label<TAB>text, got \"%s\"",
                                file, number, line.length() > 40 ? line.substring(0, 40) : line));
            }
            keys.add(line.substring(0, tab).strip());
            texts.add(line.substring(tab + 1).strip());
        }
        if (texts.isEmpty()) {
            throw new IOException(file + ": expected lines label<TAB>text, got none");
        }
        List<String> names = List.copyOf(new TreeSet<>(keys));
        return new LabelledLines(names, texts, keys.stream().map(names::indexOf).toList());
    }

    /** Files that were joined have the mark of each at the start of a line: it is no text. */
    private static String unmarked(Path file, int number, String line) throws IOException {
        String rest = line.startsWith(MARK) ? line.substring(MARK.length()) : line;
        if (rest.contains(MARK)) {
            throw new IOException(
                    String.format(
                            "%s, line %d: expected a byte order mark (U+FEFF) at the start of a"
                                    + " line only, got one at character %d; were files joined"
                                    + " without a line's end between them?",
                            file, number, rest.indexOf(MARK) + 1));
        }
        return rest;
    }

    private static String decode(Path file, int number, byte[] line) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(
                    String.format("%s, line %d: expected UTF-8, got other bytes", file, number), e);
        }
    }

    /** The texts as tokens, cut or padded to {@code length}. */
    public Texts encode(Vocabulary vocabulary, int length) {
        int[] numbers = labels.stream().mapToInt(Integer::intValue).toArray();
        return new Texts(vocabulary, texts, numbers, names, length);
    }

    /** Those at the places that are set, with the same names. */
    LabelledLines part(BitSet places) {
        return new LabelledLines(
                names,
                places.stream().mapToObj(texts::get).toList(),
                places.stream().mapToObj(labels::get).toList());
    }

    /**
     * The same under the names of others.
     *
     * @throws IOException if a label is none of theirs; the message names it
     */
    LabelledLines named(List<String> others, Path file) throws IOException {
        for (String name : names) {
            if (!others.contains(name)) {
                throw new IOException(
                        String.format(
                                "%s: expected one of the labels to train on, %s, got %s",
                                file, others, name));
            }
        }
        return new LabelledLines(
                others, texts, labels.stream().map(n -> others.indexOf(names.get(n))).toList());
    }
}
