package io.retrograd.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or standard error, which remembers what went wrong when it was written. Java's
 * own streams report only that something did.
 */
final class Output extends FilterOutputStream {
    private volatile @Nullable IOException fault;

    private Output(OutputStream out) {
        super(out);
    }

    /** Puts streams that remember in the place of Java's. */
    static void install() {
        System.setOut(stream(FileDescriptor.out, System.getProperty("stdout.encoding")));
        System.setErr(stream(FileDescriptor.err, System.getProperty("stderr.encoding")));
    }

    /** Prints on a stream in the stream's own encoding. */
    static PrintWriter writer(PrintStream stream) {
        Writer through =
                new Writer() {
                    @Override
                    public void write(char[] text, int offset, int length) {
                        stream.print(String.valueOf(text, offset, length));
                    }

                    @Override
                    public void flush() {
                        stream.flush();
                    }

                    @Override
                    public void close() {
                        flush();
                    }
                };
        return new PrintWriter(through, /* autoFlush= */ true);
    }

    private static PrintStream stream(FileDescriptor descriptor, @Nullable String encoding) {
        Charset charset =
                encoding == null || !Charset.isSupported(encoding)
                        ? Charset.defaultCharset()
                        : Charset.forName(encoding);
        return new Printer(new Output(new FileOutputStream(descriptor)), charset);
    }

    /** Why a stream could not be written; null if all of it was. */
    static @Nullable String fault(PrintStream stream) {
        if (!stream.checkError()) {
            return null;
        }
        IOException fault = stream instanceof Printer printer ? printer.output.fault : null;
        return fault == null || fault.getMessage() == null
                ? "look for a full disk or a closed pipe"
                : fault.getMessage();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            fault = e;
            throw e;
        }
    }

    /** Prints on an output. */
    private static final class Printer extends PrintStream {
        private final Output output;

        Printer(Output output, Charset charset) {
            super(
                    new java.io.BufferedOutputStream(output, 1 << 13),
                    /* autoFlush= */ true,
                    charset);
            this.output = output;
        }
    }
}
