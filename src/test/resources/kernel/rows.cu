// y[r] = sum_c w[c] * tanh(slope * x[r,c]): a block a row, dynamic shared memory
__global__ void rows(const real* x, const real* w, real* y, int x_dim1, real slope) {
    extern __shared__ char memory[];
    real* part = (real*)memory;
    real sum = 0;
    for (int c = threadIdx.x; c < x_dim1; c += blockDim.x) sum += w[c] * tanh(slope * x[blockIdx.x * x_dim1 + c]);
    part[threadIdx.x] = sum;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) y[blockIdx.x] = part[0];
}
__global__ void dx(const real* x, const real* w, const real* dy, real* dx, int x_dim1, int n, real slope) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    real t = tanh(slope * x[i]);
    dx[i] = dy[i / x_dim1] * w[i % x_dim1] * slope * (1 - t * t);
}
__global__ void zero(real* dw, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) dw[i] = 0;
}
__global__ void dw(const real* x, const real* dy, real* dw, int x_dim1, int x_size, real slope) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < x_size) atomicAdd(&dw[i % x_dim1], dy[i / x_dim1] * tanh(slope * x[i]));
}
