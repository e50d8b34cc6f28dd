package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis.Gpu;
import io.retrograd.backend.Diagnosis.Problem;
import java.nio.file.Path;
import java.util.List;

/** What can be wrong with CUDA on a machine, and the command that puts it right. */
final class Problems {
    /** The minimum for CUDA 12 and 13 as NVIDIA's table of minor version compatibility has it. */
    private static final String DRIVERS = "driver 525.60.13 or newer for CUDA 12, 580 for CUDA 13";

    private static final String DRIVER_COMMAND =
            "ubuntu-drivers install (Ubuntu) or apt-get install nvidia-driver (Debian)";
    private static final String CONTAINER_COMMAND =
            "docker run --gpus all ..., with the NVIDIA container toolkit on the host";

    private Problems() {}

    static Problem platform(Host host) {
        return fatal(
                "CUDA is supported on Linux on x86-64 only",
                "this machine: " + host.os() + ", " + host.arch(),
                "Linux, amd64",
                "use the device cpu");
    }

    static Problem noJCuda() {
        return fatal(
                "this build has no natives of JCuda",
                "the class path",
                "jcuda-natives for linux-x86_64",
                "depend on org.jcuda:jcuda-natives, jcublas-natives and jcudnn-natives, of the"
                        + " classifier linux-x86_64; or build on Linux on x86-64: mvn -q -DskipTests"
                        + " package");
    }

    static Problem cache(Path cache, String why, Path instead) {
        return new Problem(
                false,
                "the cache cannot be used (" + why + "), so each start unpacks into " + instead,
                cache.toString(),
                "a folder that only this user can write",
                "set XDG_CACHE_HOME or -Dretrograd.cache to such a folder");
    }

    static Problem nowhereToUnpack(Path cache, String why) {
        return fatal(
                "JCuda's natives can be unpacked nowhere (" + why + ")",
                cache + ", " + System.getProperty("java.io.tmpdir"),
                "a folder that this user can write",
                "set XDG_CACHE_HOME or -Dretrograd.cache to such a folder");
    }

    static Problem noDriver(Host host, String looked) {
        return host.inContainer()
                ? fatal(
                        "no NVIDIA driver in this container: libcuda.so.1 is missing",
                        looked,
                        DRIVERS,
                        CONTAINER_COMMAND)
                : fatal(
                        "no NVIDIA driver: libcuda.so.1 is missing",
                        looked,
                        DRIVERS,
                        DRIVER_COMMAND);
    }

    static Problem broken(Path library, String fault) {
        return fatal(
                library.getFileName() + " " + fault,
                String.valueOf(library.getParent()),
                "a whole file for x86-64, with all that it needs",
                "install it again, or take its folder out of LD_LIBRARY_PATH");
    }

    static Problem noDeviceFiles(Host host) {
        return host.inContainer()
                ? fatal(
                        "this container has a driver but no GPU device files",
                        host.path("/dev/nvidiactl").toString(),
                        "/dev/nvidiactl and /dev/nvidia0",
                        CONTAINER_COMMAND)
                : fatal(
                        "the driver's kernel module made no GPU device files",
                        host.path("/dev/nvidiactl").toString(),
                        "/dev/nvidiactl and /dev/nvidia0",
                        "modprobe nvidia; nvidia-smi (as root)");
    }

    static Problem hidden(String visible) {
        return fatal(
                "CUDA_VISIBLE_DEVICES='" + visible + "' hides every GPU",
                "the environment",
                "CUDA_VISIBLE_DEVICES unset, or 0",
                "unset CUDA_VISIBLE_DEVICES");
    }

    static Problem noGpu(Path driver) {
        return fatal(
                "the driver finds no GPU",
                driver.toString(),
                "a GPU of compute capability 7.5 or newer",
                "nvidia-smi, which says what the driver sees");
    }

    static Problem stub(Path driver) {
        return fatal(
                "libcuda.so.1 is the toolkit's stub, not a driver",
                driver.toString(),
                DRIVERS,
                "take the stubs folder out of LD_LIBRARY_PATH");
    }

    static Problem driverMismatch(Path driver) {
        return fatal(
                "the driver's library and its kernel module are of different versions",
                driver + ", /proc/driver/nvidia/version",
                "the same version of both",
                "reboot, or modprobe -r nvidia_uvm nvidia && modprobe nvidia");
    }

    static Problem driverFailed(Path driver, String error) {
        return fatal(
                "the driver does not start: cuInit answers " + error,
                driver.toString(),
                DRIVERS,
                "nvidia-smi, which says more; dmesg | grep -i nvrm");
    }

    static Problem oldDriver(String has, int major, Path library) {
        return fatal(
                "the driver is older than the libraries: it supports CUDA " + has,
                library.toString(),
                major >= 13 ? "driver 580 or newer" : "driver 525.60.13 or newer",
                DRIVER_COMMAND + ", or the libraries of CUDA 12: " + pip("cublas", 12));
    }

    static Problem oldGpu(Gpu gpu) {
        return fatal(
                "GPU " + gpu.index() + " is too old: " + gpu.line(),
                "the driver",
                "compute capability 7.5 (Turing) or newer",
                "use the device cpu");
    }

    static Problem missing(Part part, int major, String looked, String found) {
        return fatal(
                part.title() + " is missing" + found, looked, part.wanted(), command(part, major));
    }

    static Problem noForwarders(Path cublas) {
        return fatal(
                "CUDA 13 is here but this build cannot load it: it was built without g++",
                cublas.toString(),
                "libcublas.so.12, or a build with g++ and cmake",
                "apt-get install cmake g++, and build again; or " + pip("cublas", 12));
    }

    static Problem incompleteCudnn(Path library, List<String> lacking, int major) {
        return fatal(
                "cuDNN is incomplete: " + String.join(", ", lacking) + " missing",
                String.valueOf(library.getParent()),
                "all libraries of " + Part.CUDNN.wanted() + " in one folder",
                command(Part.CUDNN, major));
    }

    static Problem oldCudnn(String version, Path library) {
        return fatal(
                "cuDNN " + version + " does not fit JCuda",
                library.toString(),
                Part.CUDNN.wanted(),
                command(Part.CUDNN, 12));
    }

    static Problem contradiction(int cudnn, int cublas, Path library) {
        return fatal(
                "cuDNN was built for CUDA " + cudnn + ", but cuBLAS is of CUDA " + cublas,
                library.toString(),
                "both for one CUDA",
                command(Part.CUDNN, cublas) + ", or " + command(Part.CUBLAS, cudnn));
    }

    static Problem otherCuda(String loaded, String asked) {
        return fatal(
                "this process already holds " + loaded,
                "this process",
                asked,
                "use a new process for " + asked);
    }

    static Problem noStandin(String library, Path folder) {
        return fatal(
                "the CPU stand-in is not built: " + library + " is missing",
                folder.toString(),
                "the stand-in of this build, or -Dretrograd.standin=DIR",
                "mvn -q -Pstandin -DskipTests package (with cmake and g++)");
    }

    private static String command(Part part, int major) {
        return String.format(
                "apt-get install %s (from NVIDIA's repository) or %s",
                part.debian(major), pip(part.wheel(), major));
    }

    /** NVIDIA's wheels are named after CUDA 12, and without a number from 13 on, but for cuDNN. */
    private static String pip(String wheel, int major) {
        String suffix = major < 13 || wheel.equals("cudnn") ? "-cu" + major : "";
        return "pip install nvidia-" + wheel + suffix;
    }

    private static Problem fatal(String what, String looked, String wanted, String command) {
        return new Problem(true, what, looked, wanted, command);
    }
}
