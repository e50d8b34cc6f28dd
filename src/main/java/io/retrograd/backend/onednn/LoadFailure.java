package io.retrograd.backend.onednn;

import io.retrograd.host.UserCache;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;

/**
 * Why oneDNN cannot be used.
 *
 * @param message the error and its remedy
 * @param absent whether this build has none for this machine
 */
record LoadFailure(String message, boolean absent, Throwable cause) {
    /** The name that JavaCPP asks for where it found nothing to unpack. */
    private static final String NOTHING_FOUND = "no jni";

    /**
     * The failure of loading a library.
     *
     * @param folder where it was unpacked
     */
    static LoadFailure of(Path folder, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage());
        if (root instanceof IllegalCallerException) {
            return new LoadFailure(
                    "oneDNN: Java allows no library to be loaded ("
                            + reason
                            + "); start it with --enable-native-access=ALL-UNNAMED, or by java -jar"
                            + " retrograd.jar",
                    /* absent= */ false,
                    failure);
        }
        if (root instanceof ClassNotFoundException) {
            return new LoadFailure(
                    "oneDNN: expected its classes on the class path, got no "
                            + reason
                            + "; add the dependency org.bytedeco:dnnl",
                    /* absent= */ true,
                    failure);
        }
        if (reason.startsWith(NOTHING_FOUND)) {
            String platform = Loader.getPlatform();
            return new LoadFailure(
                    String.format(
                            "oneDNN: expected native libraries for %s, got none (%s); build with"
                                    + " -Djavacpp.platform=%s",
                            platform, reason, platform),
                    /* absent= */ true,
                    failure);
        }
        String folders = NativeFolder.fault(folder).map(why -> ": " + why).orElse("");
        return new LoadFailure(
                String.format(
                        "oneDNN: its libraries cannot be loaded from %s%s (%s); %s",
                        folder, folders, reason.replace('\n', ' '), UserCache.HOW_TO_MOVE),
                /* absent= */ false,
                failure);
    }
}
