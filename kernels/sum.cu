// Sum in two stages: a partial sum for each block, then the sum of those.
//
//   x        (N)
//   partial  (B)  sum_blocks: partial[b] = the sum of the elements that block b strides over
//   y        (1)  sum_partials: y[0] = sum of partial[0 ... B - 1], rounded once to float32
//
// Both add in float64, in an order that depends on N, B and the block size alone: the same bits
// every time, and exact for integers below 2^53.
//
// Launch: block THREADS; sum_blocks grid B, sum_partials grid 1. N, B >= 1.

#define THREADS 256
#define WARPS (THREADS / 32)

// The sum over the block of each thread's value, in thread 0. All threads take part.
__device__ static double block_sum(double value) {
    __shared__ double of_warp[WARPS];
    for (int delta = 16; delta > 0; delta /= 2) {
        value += __shfl_down_sync(0xFFFFFFFFu, value, delta);
    }
    if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
    __syncthreads();
    double sum = 0;
    for (int w = 0; threadIdx.x == 0 && w < WARPS; w++) sum += of_warp[w];
    return sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    sum_blocks(const float* x, double* partial, long long n) {
    double sum = 0;
    long long step = (long long)gridDim.x * THREADS;
    for (long long i = (long long)blockIdx.x * THREADS + threadIdx.x; i < n; i += step) sum += x[i];
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    sum_partials(const double* partial, float* y, int blocks) {
    double sum = 0;
    for (int b = threadIdx.x; b < blocks; b += THREADS) sum += partial[b];
    sum = block_sum(sum);
    if (threadIdx.x == 0) y[0] = (float)sum;
}
