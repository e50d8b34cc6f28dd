package io.retrograd.backend.cuda;

import jcuda.CudaException;

/** A call of cuDNN that failed. */
final class CudnnException extends CudaException {
    private static final long serialVersionUID = 1;

    /** The general status of what it lacks. */
    static final int NOT_SUPPORTED_STATUS = 3000;

    private static final int CATEGORY = 1000;
    private static final int NOT_INITIALIZED = 1;
    private static final int BAD_PARAM = 2;
    private static final int NOT_SUPPORTED = NOT_SUPPORTED_STATUS / CATEGORY;

    /** From an unfit driver to a part of cuDNN that is missing. */
    private static final int FIRST_OF_THE_MACHINE = 3005;

    private static final int LAST_OF_THE_MACHINE = 3009;

    private final int status;

    CudnnException(String call, int status, String name, String lastError) {
        super(
                String.format(
                        "%s: %s (%d)%s",
                        call, name, status, lastError.isEmpty() ? "" : ": " + lastError));
        this.status = status;
    }

    /** Whether something is wrong with the machine or its libraries, not with one call. */
    boolean ofTheMachine() {
        return category() == NOT_INITIALIZED
                || (status >= FIRST_OF_THE_MACHINE && status <= LAST_OF_THE_MACHINE);
    }

    /** Whether cuDNN lacks what was asked for, so that another way has to be taken. */
    boolean refuses() {
        return !ofTheMachine() && (category() == NOT_SUPPORTED || category() == BAD_PARAM);
    }

    private int category() {
        return status / CATEGORY;
    }
}
