package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis.Gpu;
import io.retrograd.file.Uninterrupted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** Loads the driver, starts it, and asks it for its version and its GPUs. */
final class DriverCheck {
    static final String LIBRARY = "libcuda.so.1";

    /** Turing: the oldest that CUDA 13's libraries have code for. */
    private static final int OLDEST_MAJOR = 7;

    private static final int OLDEST_MINOR = 5;
    private static final int NAME_BYTES = 256;
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

    private final Host host;
    private final Natives natives;
    private final Findings findings;

    DriverCheck(Host host, Natives natives, Findings findings) {
        this.host = host;
        this.natives = natives;
        this.findings = findings;
    }

    /**
     * Loads and starts the driver.
     *
     * @return the CUDA that it supports, as 1000 major + 10 minor; 0 if it cannot be loaded
     */
    int run(Path driver) {
        Optional<String> fault =
                Natives.load(driver)
                        .or(() -> natives.jcuda("JCudaDriver", "jcuda.driver.JCudaDriver"));
        if (fault.isPresent()) {
            findings.add(Problems.broken(driver, fault.get()));
            return 0;
        }
        JCudaDriver.setExceptionsEnabled(false);
        int[] version = new int[1];
        JCudaDriver.cuDriverGetVersion(version);
        findings.fact(
                "driver", kernelModule().orElse(""), driver + ", for CUDA " + cuda(version[0]));
        int status = JCudaDriver.cuInit(0);
        if (status == CUresult.CUDA_SUCCESS) {
            gpus(driver);
        } else {
            failed(driver, status);
        }
        JCudaDriver.setExceptionsEnabled(true);
        return version[0];
    }

    /** The CUDA version in text, from 1000 major + 10 minor. */
    static String cuda(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    private void failed(Path driver, int status) {
        switch (status) {
            case CUresult.CUDA_ERROR_STUB_LIBRARY -> findings.add(Problems.stub(driver));
            case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH ->
                    findings.add(Problems.driverMismatch(driver));
            case CUresult.CUDA_ERROR_NO_DEVICE -> noGpu(driver);
            default ->
                    findings.add(
                            host.hasDeviceFiles()
                                    ? Problems.driverFailed(driver, CUresult.stringFor(status))
                                    : Problems.noDeviceFiles(host));
        }
    }

    private void noGpu(Path driver) {
        String visible = host.environment().get("CUDA_VISIBLE_DEVICES");
        if (!host.hasDeviceFiles()) {
            findings.add(Problems.noDeviceFiles(host));
        } else if (visible != null) {
            findings.add(Problems.hidden(visible));
        } else {
            findings.add(Problems.noGpu(driver));
        }
    }

    private void gpus(Path driver) {
        int[] count = new int[1];
        JCudaDriver.cuDeviceGetCount(count);
        if (count[0] == 0) {
            noGpu(driver);
        }
        for (int i = 0; i < count[0]; i++) {
            findings.add(gpu(i));
        }
        if (findings.gpus().stream().noneMatch(Gpu::usable)) {
            findings.gpus().forEach(gpu -> findings.add(Problems.oldGpu(gpu)));
        }
    }

    private static Gpu gpu(int index) {
        CUdevice device = new CUdevice();
        JCudaDriver.cuDeviceGet(device, index);
        byte[] name = new byte[NAME_BYTES];
        JCudaDriver.cuDeviceGetName(name, NAME_BYTES, device);
        long[] memory = new long[1];
        JCudaDriver.cuDeviceTotalMem(memory, device);
        int major =
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
        int minor =
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        return new Gpu(
                index,
                new String(name, StandardCharsets.UTF_8).split("\0", 2)[0],
                "sm_" + major + minor,
                memory[0],
                major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR));
    }

    private static int attribute(CUdevice device, int which) {
        int[] value = new int[1];
        JCudaDriver.cuDeviceGetAttribute(value, which, device);
        return value[0];
    }

    private Optional<String> kernelModule() {
        try {
            Matcher version =
                    VERSION.matcher(
                            Uninterrupted.run(
                                    () ->
                                            Files.readString(
                                                    host.path("/proc/driver/nvidia/version"))));
            return version.find() ? Optional.of(version.group()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // as in WSL
        }
    }
}
