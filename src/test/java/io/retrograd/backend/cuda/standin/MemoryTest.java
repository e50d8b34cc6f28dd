package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUDA_MEMCPY2D;
import jcuda.driver.CUarray;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUmemorytype;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Memory of the stand-in, and the statuses that CUDA documents. */
class MemoryTest {
    /** Of the device's memory. */
    private static final long PAGE = 2 << 20;

    private CudaContext gpu;

    @BeforeEach
    void open() {
        gpu = Gpu.open();
    }

    @AfterEach
    void close() {
        if (gpu != null) {
            gpu.close();
        }
    }

    private static void expect(String status, Runnable call) {
        CudaException error = assertThrows(CudaException.class, call::run);
        assertTrue(error.getMessage().contains(status), error.getMessage());
    }

    /** So many that some begin with one of the host's pages, and end within it. */
    @Test
    void freeingLeavesTheNeighbours() {
        int count = 64;
        CudaArray[] arrays = new CudaArray[count];
        for (int i = 0; i < count; i++) {
            arrays[i] = CudaArray.of(i + 1, i + 2);
        }
        for (int i = 0; i < count; i += 2) {
            arrays[i].close();
        }
        for (int i = 1; i < count; i += 2) {
            assertArrayEquals(new float[] {i + 1, i + 2}, arrays[i].floats(gpu));
            arrays[i].close();
        }
    }

    @Test
    void memoryRunsOut() {
        long[] free = new long[1];
        long[] total = new long[1];
        JCudaDriver.cuMemGetInfo(free, total);
        long before = free[0];
        CUdeviceptr p = new CUdeviceptr();
        expect("CUDA_ERROR_OUT_OF_MEMORY", () -> JCudaDriver.cuMemAlloc(p, total[0] + 1));
        expect("CUDA_ERROR_INVALID_VALUE", () -> JCudaDriver.cuMemAlloc(p, 0));
        JCudaDriver.cuMemAlloc(p, PAGE + 1);
        JCudaDriver.cuMemGetInfo(free, total);
        assertEquals(2 * PAGE, before - free[0]);
        JCudaDriver.cuMemFree(p);
        JCudaDriver.cuMemGetInfo(free, total);
        assertEquals(before, free[0]);
    }

    @Test
    void smallAllocationsShareAPage() {
        long[] free = new long[1];
        long[] total = new long[1];
        try (CudaArray first = CudaArray.of(1)) {
            JCudaDriver.cuMemGetInfo(free, total);
            long before = free[0];
            try (CudaArray second = CudaArray.of(2)) {
                JCudaDriver.cuMemGetInfo(free, total);
                assertEquals(before, free[0]);
                assertArrayEquals(new float[] {1}, first.floats(gpu));
                assertArrayEquals(new float[] {2}, second.floats(gpu));
            }
        }
    }

    /** Of the host, too: a long run frees as much as it allocates. */
    @Test
    void freedMemoryIsTheHostsAgain() throws IOException {
        long before = residentBytes();
        for (int i = 0; i < 8; i++) {
            CUdeviceptr p = new CUdeviceptr();
            JCudaDriver.cuMemAlloc(p, 64 << 20);
            JCudaDriver.cuMemFree(p);
        }
        long grown = residentBytes() - before;
        assertTrue(grown < PAGE, "grew by " + grown);
    }

    /**
     * Of the addresses that the stand-in takes for a device, which are told by their number: the
     * process has more, such as the Java heap, which comes and goes.
     */
    private static long residentBytes() throws IOException {
        long resident = 0;
        boolean ofDevice = false;
        boolean found = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            String[] words = line.split("[ -]+", 4);
            if (words[0].equals("Rss:") && ofDevice) {
                resident += Long.parseLong(words[1]) << 10;
            } else if (!words[0].endsWith(":")) {
                long bytes =
                        Long.parseUnsignedLong(words[1], 16) - Long.parseUnsignedLong(words[0], 16);
                ofDevice = bytes >= 1L << 38 && bytes < 1L << 40;
                found |= ofDevice;
            }
        }
        assertTrue(found);
        return resident;
    }

    @Test
    void pitchedRowsAreCopied() {
        int width = 12;
        int height = 3;
        CUdeviceptr p = new CUdeviceptr();
        long[] pitch = new long[1];
        JCudaDriver.cuMemAllocPitch(p, pitch, width, height, 4);
        assertEquals(512, pitch[0]);
        int[] rows = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        int[] back = new int[rows.length];
        CUDA_MEMCPY2D copy = new CUDA_MEMCPY2D();
        copy.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_HOST;
        copy.srcHost = Pointer.to(rows);
        copy.srcPitch = width;
        copy.dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        copy.dstDevice = p;
        copy.dstPitch = pitch[0];
        copy.WidthInBytes = width;
        copy.Height = height;
        copy.srcArray = new CUarray();
        copy.dstArray = new CUarray();
        JCudaDriver.cuMemcpy2D(copy);
        for (int row = 0; row < height; row++) {
            int[] part = new int[3];
            JCudaDriver.cuMemcpyDtoH(Pointer.to(part), p.withByteOffset(row * pitch[0]), width);
            System.arraycopy(part, 0, back, 3 * row, 3);
        }
        assertArrayEquals(rows, back);
        JCudaDriver.cuMemFree(p);
    }

    @Test
    void pooledMemoryFollowsTheStream() {
        CUdeviceptr p = new CUdeviceptr();
        int[] value = new int[1];
        JCudaDriver.cuMemAllocAsync(p, 4, gpu.stream());
        JCudaDriver.cuMemsetD32Async(p, 5, 1, gpu.stream());
        JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(value), p, 4, gpu.stream());
        JCudaDriver.cuMemFreeAsync(p, gpu.stream());
        gpu.synchronize();
        assertEquals(5, value[0]);
    }

    @Test
    void codeForAGpuIsRefused() {
        CUmodule module = new CUmodule();
        byte[] ptx =
                ".version 8.5\n.target sm_90\n.address_size 64\n\0"
                        .getBytes(StandardCharsets.UTF_8);
        expect("CUDA_ERROR_NO_BINARY_FOR_GPU", () -> JCudaDriver.cuModuleLoadData(module, ptx));
        expect("CUDA_ERROR_FILE_NOT_FOUND", () -> JCudaDriver.cuModuleLoad(module, "no such file"));
    }
}
