/* Libraries that answer what a test tells them to, in the place of NVIDIA's.
 *
 * The file that FAKE_CUDA names has lines "key=number"; it is read at each call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((unused)) static int told(const char* key, int otherwise) {
    const char* path = getenv("FAKE_CUDA");
    FILE* file = path ? fopen(path, "r") : NULL;
    char line[128];
    size_t length = strlen(key);
    int value = otherwise;
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, length) == 0 && line[length] == '=') {
            value = atoi(line + length + 1);
        }
    }
    if (file) {
        fclose(file);
    }
    return value;
}

#if defined FAKE_DRIVER
int cuInit(unsigned flags) { return (int)flags + told("init", 0); }
int cuDriverGetVersion(int* version) { *version = told("driver", 13000); return 0; }
int cuDeviceGetCount(int* count) { *count = told("gpus", 1); return 0; }
int cuDeviceGet(int* device, int index) { *device = index; return 0; }
int cuDeviceGetName(char* name, int bytes, int device) {
    snprintf(name, (size_t)bytes, "Fake GPU %d", device);
    return 0;
}
int cuDeviceTotalMem_v2(size_t* bytes, int device) {
    *bytes = ((size_t)8 + (size_t)device) << 30;
    return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int device) {
    int capability = told("capability", 90) + 10 * device;
    *value = attribute == 75 ? capability / 10 : capability % 10;
    return 0;
}
#elif defined FAKE_CUBLAS
int cublasGetProperty(int which, int* value) { *value = which == 0 ? FAKE_CUBLAS : which; return 0; }
/* The handle, and arguments in registers and on the stack, as a number. */
int cublasSgemm_v2(long handle, int a, int b, int m, int n, int k, const float* alpha, void* x,
                   int ldx, void* y, int ldy, const float* beta, void* z, int ldz) {
    (void)handle; (void)alpha; (void)x; (void)y; (void)beta; (void)z;
    return a + 2 * b + 3 * m + 4 * n + 5 * k + 6 * ldx + 7 * ldy + 8 * ldz;
}
#elif defined FAKE_NVRTC
int nvrtcVersion(int* major, int* minor) { *major = FAKE_NVRTC; *minor = 0; return 0; }
#elif defined FAKE_CUDNN
size_t cudnnGetVersion(void) { return (size_t)told("cudnn", 90600); }
size_t cudnnGetCudartVersion(void) { return (size_t)told("cudnn_cuda", FAKE_CUDNN); }
#endif
