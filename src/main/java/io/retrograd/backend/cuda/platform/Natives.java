package io.retrograd.backend.cuda.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * Loads libraries: CUDA's by path, JCuda's and ours from the class path.
 *
 * <p>None of the methods throws for a library that cannot be loaded; they answer why.
 */
final class Natives {
    private static final String TEMPORARY = "java.io.tmpdir";

    private final NativeFiles files;

    Natives(NativeFiles files) {
        this.files = files;
    }

    /** Loads a library by its path; answers why it cannot be, or empty. */
    static Optional<String> load(Path library) {
        Optional<String> fault = Elf.fault(library);
        if (fault.isPresent()) {
            return fault;
        }
        try {
            System.load(library.toAbsolutePath().toString());
            return Optional.empty();
        } catch (UnsatisfiedLinkError | IllegalCallerException e) {
            return Optional.of("cannot be loaded (" + e.getMessage() + ")");
        }
    }

    /** Whether the class path has JCuda's natives for this machine. */
    static boolean haveJCuda() {
        return Natives.class.getResource(resource("JCudaDriver")) != null;
    }

    /** Whether this build has our libraries over CUDA 13. */
    static boolean haveForwarders() {
        return Natives.class.getResource("cuda13/libcublas.so.12") != null;
    }

    /** Loads one of our libraries over CUDA 13, such as {@code libcublas.so.12}. */
    Optional<String> forwarder(String name) {
        return unpackAndLoad("cuda13/" + name, name, Natives::load);
    }

    /**
     * Loads the native of a JCuda class, such as JCublas2, and initialises the class.
     *
     * <p>That class unpacks its native into {@code java.io.tmpdir} under a fixed name, and takes
     * what it finds there, whoever wrote it. While it is initialised, {@code java.io.tmpdir} is our
     * folder, where the native already lies.
     */
    Optional<String> jcuda(String name, String className) {
        return unpackAndLoad(
                resource(name),
                LibUtils.createLibraryFileName(library(name)),
                file -> load(file).or(() -> initialize(className, file)));
    }

    private static Optional<String> initialize(String className, Path library) {
        Properties system = System.getProperties();
        synchronized (system) {
            String before = system.getProperty(TEMPORARY, "/tmp");
            system.setProperty(TEMPORARY, String.valueOf(library.getParent()));
            try {
                Class.forName(className, true, Natives.class.getClassLoader());
                return Optional.empty();
            } catch (ClassNotFoundException | LinkageError e) {
                return Optional.of("cannot be loaded (" + firstLine(e) + ")");
            } finally {
                system.setProperty(TEMPORARY, before);
            }
        }
    }

    private Optional<String> unpackAndLoad(String resource, String name, Loading loading) {
        try (InputStream content = Natives.class.getResourceAsStream(resource)) {
            return content == null
                    ? Optional.of("is not in this build")
                    : loading.load(files.unpack(content, name));
        } catch (IOException e) {
            return Optional.of("cannot be unpacked (" + e.getMessage() + ")");
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getName());
    }

    private static String library(String name) {
        return LibUtils.createPlatformLibraryName(name + "-" + JCudaVersion.get());
    }

    private static String resource(String name) {
        return "/lib/" + LibUtils.createLibraryFileName(library(name));
    }

    /** Loads a file, or says why it cannot. */
    private interface Loading {
        Optional<String> load(Path file);
    }
}
