// Sampling: each output a weighted sum of few inputs, found axis by axis: parts, padding,
// interpolation.
//
//   x, dx  (in...)
//   y, dy  (out...)  y[o] = sum over all i that o reads of w(o, i) x[i], or fill where there are none
//                    dx[i] = sum over all o that read i of w(o, i) dy[o]
//
//   w is the product of the weights of the axes.
//
// Launch: any 1-d block and grid; a thread takes an element of y, in backward one of x. No atomics:
// each dx is summed by one thread in the order of o.

#include "index.cuh"
#include "real.cuh"

#define AXES 6

// operation.SamplingAxis.Kind
enum Kind { SHIFT, REFLECT, REPLICATE, NEAREST, LINEAR, LINEAR_ALIGNED };

struct Axes {
    int count;
    int kind[AXES];
    int in[AXES];
    int out[AXES];
    int before[AXES];
};

// Up to two neighbouring inputs from first on.
struct Taps {
    int count;
    int first;
    double weight[2];
};

__device__ static Taps between(double at, int in) {
    int low = min((int)at, in - 1);
    double share = at - low;
    if (low == in - 1 || share == 0) return {1, low, {1, 0}};
    return {2, low, {1 - share, share}};
}

// What output o of an axis reads.
__device__ static Taps taps(const Axes& t, int axis, int o) {
    int in = t.in[axis], out = t.out[axis], i = o - t.before[axis];
    switch (t.kind[axis]) {
        case SHIFT: return {i >= 0 && i < in ? 1 : 0, i, {1, 0}};
        case REFLECT: return {1, i < 0 ? -i : min(i, 2 * (in - 1) - i), {1, 0}};
        case REPLICATE: return {1, max(0, min(i, in - 1)), {1, 0}};
        case NEAREST: return {1, (int)((long long)o * in / out), {1, 0}};
        case LINEAR: return between(max(0.0, (o + 0.5) * in / out - 0.5), in);
        case LINEAR_ALIGNED: return between(out == 1 ? 0 : (double)o * (in - 1) / (out - 1), in);
    }
    return {1, 0, {nan(""), 0}};
}

// Outputs among which are all that read input i: those from first to last, and two more that a
// mirror may give, -1 for none.
struct Readers {
    int first;
    int last;
    int more[2];
};

__device__ static Readers readers(const Axes& t, int axis, int i) {
    int in = t.in[axis], out = t.out[axis], before = t.before[axis];
    int o = i + before, end = out - 1;
    double scale = (double)out / in, aligned = (double)(out - 1) / max(1, in - 1);
    switch (t.kind[axis]) {
        case SHIFT: return {o, o, {-1, -1}};
        case REFLECT: return {o, o, {i > 0 ? before - i : -1, i < in - 1 ? o + 2 * (in - 1 - i) : -1}};
        case REPLICATE: return {i == 0 ? 0 : o, i == in - 1 ? end : o, {-1, -1}};
        case NEAREST: return {(int)(i * scale), (int)((i + 1) * scale) + 1, {-1, -1}};
        case LINEAR:
            return {i == 0 ? 0 : (int)((i - 0.5) * scale) - 1,
                    i == in - 1 ? end : (int)((i + 1.5) * scale) + 1, {-1, -1}};
        case LINEAR_ALIGNED:
            return {out == 1 ? 0 : (int)((i - 1) * aligned) - 1,
                    out == 1 ? 0 : (int)((i + 1) * aligned) + 1, {-1, -1}};
    }
    return {0, end, {-1, -1}};
}

// The weight of input i in output o, 0 if o does not read it.
__device__ static double weight(const Axes& t, int axis, int o, int i) {
    if (o < 0 || o >= t.out[axis]) return 0;
    Taps read = taps(t, axis, o);
    return i >= read.first && i < read.first + read.count ? read.weight[i - read.first] : 0;
}

extern "C" __global__ void sampling_forward(Axes t, const real* x, double fill, real* y,
                                            long long n) {
    FOR_EACH(k, n) {
        Taps read[AXES];
        int chosen[AXES];
        unsigned rest = (unsigned)k;
        bool none = false;
        for (int axis = t.count - 1; axis >= 0; axis--) {
            read[axis] = taps(t, axis, rest % t.out[axis]);
            rest /= t.out[axis];
            chosen[axis] = 0;
            none = none || read[axis].count == 0;
        }
        double sum = none ? fill : 0;
        for (bool more = !none; more;) {
            long long i = 0;
            double w = 1;
            for (int axis = 0; axis < t.count; axis++) {
                i = i * t.in[axis] + read[axis].first + chosen[axis];
                w *= read[axis].weight[chosen[axis]];
            }
            sum += w * x[i];
            int axis = t.count - 1;
            while (axis >= 0 && ++chosen[axis] == read[axis].count) chosen[axis--] = 0;
            more = axis >= 0;
        }
        y[k] = (real)sum;
    }
}

// The candidate of a number: those of the range first.
__device__ static int candidate(const Readers& r, int j) {
    int span = r.last - r.first + 1;
    return j < span ? r.first + j : r.more[j - span];
}

extern "C" __global__ void sampling_backward(Axes t, const real* dy, real* dx, long long n) {
    FOR_EACH(k, n) {
        Readers read[AXES];
        int at[AXES], chosen[AXES];
        unsigned rest = (unsigned)k;
        for (int axis = t.count - 1; axis >= 0; axis--) {
            at[axis] = rest % t.in[axis];
            rest /= t.in[axis];
            read[axis] = readers(t, axis, at[axis]);
            chosen[axis] = 0;
        }
        double sum = 0;
        for (bool more = true; more;) {
            long long o = 0;
            double w = 1;
            for (int axis = 0; axis < t.count && w != 0; axis++) {
                int of_axis = candidate(read[axis], chosen[axis]);
                w *= weight(t, axis, of_axis, at[axis]);
                o = o * t.out[axis] + of_axis;
            }
            if (w != 0) sum += w * dy[o];
            int axis = t.count - 1;
            while (axis >= 0 && ++chosen[axis] == read[axis].last - read[axis].first + 3) {
                chosen[axis--] = 0;
            }
            more = axis >= 0;
        }
        dx[k] = (real)sum;
    }
}
