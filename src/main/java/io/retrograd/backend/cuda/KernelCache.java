package io.retrograd.backend.cuda;

import io.retrograd.file.Uninterrupted;
import io.retrograd.file.WholeFile;
import io.retrograd.host.UserCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compiled programs that are kept between runs, a file each.
 *
 * <p>A file is named by the hash of all that its content depends on: source, headers, kernels,
 * options (the architecture among them) and NVRTC's version. What cannot be read or written is as
 * if it were not there.
 */
final class KernelCache {
    /** The longest file that is read, in bytes. */
    private static final long LONGEST = 256 << 20;

    private final Path folder;

    KernelCache(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** What was kept for the program, if anything was. */
    Optional<KernelImage> find(KernelProgram program, KernelCompiler compiler) {
        Path file = file(program, compiler);
        try {
            return Files.isRegularFile(file) && Files.size(file) <= LONGEST
                    ? Optional.of(KernelImage.of(Uninterrupted.run(() -> Files.readAllBytes(file))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Keeps it; where that cannot be, the next run compiles it again. */
    void keep(KernelProgram program, KernelCompiler compiler, KernelImage image) {
        try {
            WholeFile.createFolders(folder);
            WholeFile.write(file(program, compiler), image.toBytes());
        } catch (IOException e) {
            UserCache.unwritable(e);
        }
    }

    private Path file(KernelProgram program, KernelCompiler compiler) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, program.file());
            add(digest, program.source());
            for (Map.Entry<String, String> header : new TreeMap<>(program.headers()).entrySet()) {
                add(digest, header.getKey());
                add(digest, header.getValue());
            }
            program.kernels().forEach(kernel -> add(digest, kernel));
            program.defineOptions().forEach(option -> add(digest, option));
            compiler.options().forEach(option -> add(digest, option));
            add(digest, compiler.version());
            return folder.resolve(HexFormat.of().formatHex(digest.digest()) + ".kernel");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }
}
