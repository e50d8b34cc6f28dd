// Axpy: a multiple of one vector is added to another.
//
//   x  (N)
//   y  (N)  y[i] = a x[i] + y[i], rounded once
//
// Launch: any 1-d block and grid; threads stride over N. x and y may be the same, not overlap.

extern "C" __global__ void axpy(float a, const float* x, float* y, long long n) {
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
        y[i] = fmaf(a, x[i], y[i]);
    }
}
