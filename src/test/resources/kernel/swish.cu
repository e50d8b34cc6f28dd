__global__ void f(const real* x, real* y, long long n) {
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = x[i] / (1 + exp(-x[i]));
}
__global__ void b(const real* x, const real* dy, real* dx, long long n) {
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    real s = 1 / (1 + exp(-x[i]));
    dx[i] = dy[i] * s * (1 + x[i] * (1 - s));
}
