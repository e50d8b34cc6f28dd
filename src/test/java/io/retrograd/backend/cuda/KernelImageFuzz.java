package io.retrograd.backend.cuda;

import io.retrograd.fuzz.Contract;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** A compiled program in the cache, and one whose digest is right: taken or refused. */
public final class KernelImageFuzz {
    private KernelImageFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        check(input);
        check(sealed(input));
    }

    private static void check(byte[] input) {
        Contract.check(
                input.length,
                () -> {
                    KernelImage image = KernelImage.of(input);
                    if (!KernelImage.of(image.toBytes()).symbols().equals(image.symbols())) {
                        throw new AssertionError("another image");
                    }
                },
                IOException.class);
    }

    /** With the digest that says that it is sound. */
    private static byte[] sealed(byte[] input) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(input);
            byte[] sealed = Arrays.copyOf(input, input.length + digest.length);
            System.arraycopy(digest, 0, sealed, input.length, digest.length);
            return sealed;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
