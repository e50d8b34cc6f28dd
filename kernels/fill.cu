// Fill: one value for all elements.
//
//   y  (N)  y[i] = value
//
// Launch: any 1-d block and grid; threads stride over N, so N may be larger than the grid.

extern "C" __global__ void fill(float* y, float value, long long n) {
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
        y[i] = value;
    }
}
