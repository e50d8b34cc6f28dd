package io.retrograd.train;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Tells data sets apart: SHA-256 over every number of every sample. */
public final class DataDigest {
    private DataDigest() {}

    /** The digest of names, shapes and numbers, in hexadecimal digits. */
    public static String of(Dataset dataset) {
        MessageDigest digest = sha256();
        add(digest, Integer.toString(dataset.size()));
        add(digest, "inputs", dataset.inputs(), dataset.size());
        add(digest, "targets", dataset.targets(), dataset.size());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(
            MessageDigest digest, String kind, Map<String, Column> columns, int size) {
        new TreeMap<>(columns)
                .forEach(
                        (name, column) -> {
                            add(digest, kind + " " + name + " " + column.shape());
                            addSamples(digest, column, size);
                        });
    }

    private static void addSamples(MessageDigest digest, Column column, int size) {
        int count = Math.toIntExact(column.shape().size());
        int largest = column.largestPixel();
        add(digest, "largest pixel " + largest);
        byte[] pixels = new byte[largest > 0 ? count : 0];
        double[] numbers = new double[largest > 0 ? 0 : count];
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Double.BYTES);
        for (int i = 0; i < size; i++) {
            if (largest > 0) {
                column.pixels(i, pixels, 0);
                digest.update(pixels);
            } else {
                column.copy(i, numbers, 0);
                bytes.clear();
                bytes.asDoubleBuffer().put(numbers);
                digest.update(bytes);
            }
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
