package io.retrograd.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests: no more bytes than one may have, and all together. */
final class Upload {
    private static final int CHUNK = 1 << 16;

    /**
     * Of what is too large: so many times the limit is read and forgotten, so that senders hear
     * why.
     */
    private static final int FORGOTTEN = 4;

    /** The share of the heap that all bodies together may take. */
    private static final int SHARE_OF_HEAP = 4;

    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
    private static final byte[] END_OF_HEADERS = bytes("\r\n\r\n");

    private final int most;
    private final AtomicLong room;

    Upload(int most) {
        this.most = most;
        room = new AtomicLong(Math.max(most, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    /** What is done with a body. */
    interface Action<T> {
        T with(byte[] body) throws IOException, Refusal;
    }

    /**
     * Reads a body, and does something with it.
     *
     * @param in the body
     * @param read is told when all is read
     * @throws Refusal if it is too long, or all together are
     */
    <T> T read(InputStream in, Runnable read, Action<T> action) throws IOException, Refusal {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int taken = 0;
        try {
            byte[] chunk = new byte[CHUNK];
            int count;
            while ((count = in.read(chunk)) >= 0) {
                taken += count;
                if (room.addAndGet(-count) < 0) {
                    throw Refusal.busy();
                }
                if (taken > most) {
                    forget(in, chunk);
                    throw new Refusal(
                            Refusal.TOO_LARGE,
                            String.format(
                                    Locale.ROOT,
                                    "expected a file of at most %,d bytes, got a larger one",
                                    most));
                }
                body.write(chunk, 0, count);
            }
            read.run();
            return action.with(body.toByteArray());
        } finally {
            room.addAndGet(taken);
        }
    }

    private void forget(InputStream in, byte[] chunk) throws IOException {
        long left = (long) FORGOTTEN * most;
        int count = 0;
        while (left > 0 && count >= 0) {
            count = in.read(chunk);
            left -= count;
        }
    }

    /**
     * The file in a body: the first one of a form, or the body itself.
     *
     * @param type of the content, as the request says; null if it does not
     * @throws Refusal if it is a form without a file
     */
    static byte[] file(@Nullable String type, byte[] body) throws Refusal {
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            return body;
        }
        Matcher boundary = BOUNDARY.matcher(type);
        if (!boundary.find()) {
            throw noFile();
        }
        String name = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
        byte[] mark = bytes("--" + name);
        int part = indexOf(body, mark, 0);
        while (part >= 0) {
            int headers = part + mark.length;
            int content = indexOf(body, END_OF_HEADERS, headers);
            int next =
                    content < 0
                            ? -1
                            : indexOf(
                                    body, bytes("\r\n--" + name), content + END_OF_HEADERS.length);
            if (next < 0) {
                throw noFile();
            }
            String head = new String(body, headers, content - headers, StandardCharsets.ISO_8859_1);
            if (head.toLowerCase(Locale.ROOT).contains("filename")) {
                return Arrays.copyOfRange(body, content + END_OF_HEADERS.length, next);
            }
            part = next + 2;
        }
        throw noFile();
    }

    private static Refusal noFile() {
        return new Refusal(Refusal.BAD_REQUEST, "expected a form with a file, got none");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int indexOf(byte[] in, byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= in.length; i++) {
            if (Arrays.equals(in, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
