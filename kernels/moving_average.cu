// Exponential moving average of all parameters, in step t:
//
//   d <- warm_up ? min(decay, (1 + t) / (10 + t)) : decay
//   a <- t == 1 ? w : d a + (1 - d) w
//
// slot[0] is a. w and dw keep their values. d in float64.
//
// Launch: as parameters.cuh says.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    moving_average(const Chunk* chunks, const double* control, double decay, int warm_up) {
    Chunk chunk = chunks[blockIdx.x];
    double t = control[STEP];
    double warm = (1 + t) / (10 + t);
    double kept = warm_up && warm < decay ? warm : decay;
    real keep = (real)kept, share = (real)(1 - kept);
    bool first = t == 1;
    FOR_EACH_IN(chunk, i) {
        real w = chunk.w[i];
        chunk.slot[0][i] = first ? w : keep * chunk.slot[0][i] + share * w;
    }
}
