package io.retrograd.backend.cuda;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.stream.Stream;
import jcuda.NativePointerObject;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnStatus;

/** Calls of cuDNN, whose answers are checked here: JCuda knows the numbers of version 8 only. */
final class Cudnn {
    private static final String LIBRARY = "libcudnn.so.9";
    private static final int LAST_ERROR_BYTES = 4096;

    private Cudnn() {}

    /**
     * Checks what a call answered.
     *
     * @param call its name
     * @throws CudnnException if that is no success
     */
    static void check(String call, int status) {
        if (status != cudnnStatus.CUDNN_STATUS_SUCCESS) {
            throw new CudnnException(call, status, JCudnn.cudnnGetErrorString(status), lastError());
        }
    }

    /**
     * Checks a number of bytes that a call answered.
     *
     * @throws CudnnException if it is negative: more than a long holds
     */
    static long bytes(String call, long bytes) {
        if (bytes < 0) {
            throw new CudnnException(
                    call,
                    CudnnException.NOT_SUPPORTED_STATUS,
                    "CUDNN_STATUS_NOT_SUPPORTED",
                    "it wants more than 2^63 bytes");
        }
        return bytes;
    }

    /**
     * Calls cuDNN past JCuda.
     *
     * @param call the function's name
     * @param described its first arguments: the handle and descriptors
     * @param others the arguments behind them
     * @throws CudnnException if it does not succeed
     */
    static void call(String call, NativePointerObject[] described, Object... others) {
        Object[] arguments =
                Stream.concat(
                                Stream.of(described).map(object -> new Address(object).pointer()),
                                Stream.of(others))
                        .toArray();
        check(call, NativeLibrary.getInstance(LIBRARY).getFunction(call).invokeInt(arguments));
    }

    /** Where an object of JCuda's lies. */
    private static final class Address extends NativePointerObject {
        Address(NativePointerObject object) {
            super(object);
        }

        Pointer pointer() {
            return new Pointer(getNativePointer());
        }
    }

    /** What cuDNN itself says of this thread's last error, in one line; empty if nothing. */
    private static String lastError() {
        try (Memory text = new Memory(LAST_ERROR_BYTES)) {
            text.clear();
            Function get =
                    NativeLibrary.getInstance(LIBRARY).getFunction("cudnnGetLastErrorString");
            get.invokeVoid(new Object[] {text, (long) LAST_ERROR_BYTES});
            return text.getString(0).strip().replaceAll("\\s*\\n\\s*", "; ");
        } catch (UnsatisfiedLinkError e) {
            return ""; // before cuDNN 9.0
        }
    }
}
