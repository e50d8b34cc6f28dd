// The windows of a pooling: which inputs an output sees, and which outputs see an input.
#pragma once

// Division by a constant: n / divisor = umulhi(2 n, multiplier) >> shift for n below 2^31. With s
// the logarithm of the divisor, rounded up, the multiplier is 2^(31 + s) / divisor, rounded up: it is
// too large by less than divisor <= 2^s parts of 2^(31 + s), which n cannot carry into the quotient.
struct Divisor {
    unsigned multiplier;
    int shift;
};

__device__ inline unsigned divide(unsigned n, Divisor by) {
    return __umulhi(2 * n, by.multiplier) >> by.shift;
}

// For depth, height and width; dimensions that lack have size 1 and windows of 1. Where kernel is
// 0, the windows divide the inputs among the outputs. No size with its padding exceeds an int.
struct Windows {
    int in[3];
    int out[3];
    int kernel[3];
    int stride[3];
    int padding[3];
    int dilation[3];
    Divisor by_in[3];
    Divisor by_out[3];
    Divisor by_stride[3];
};

// Inputs first, first + step, ... of one dimension, and the window's extent in the padded input.
struct Window {
    int first;
    int count;
    int step;
    int extent;
};

// Where outputs or inputs lie: in a plane, which is one of a channel of a sample.
struct Place {
    unsigned plane;
    int at[3];
};

__device__ inline long long ceil_div(long long a, long long b) { return (a + b - 1) / b; }

// Whether depth, or depth and height, are dimensions that lack: there is nothing to compute.
__device__ inline bool lacks(const Windows& w, int axis) {
    return w.in[axis] == 1 && w.out[axis] == 1 && w.kernel[axis] <= 1;
}

__device__ inline Place place(const Windows& w, unsigned k, const int* sizes, const Divisor* by) {
    Place place;
    for (int axis = 2; axis >= 0; axis--) {
        if (axis < 2 && lacks(w, axis)) {
            place.at[axis] = 0;
            continue;
        }
        unsigned rest = divide(k, by[axis]);
        place.at[axis] = k - rest * sizes[axis];
        k = rest;
    }
    place.plane = k;
    return place;
}

// What output o of a dimension sees, clipped to the input.
__device__ inline Window window(const Windows& w, int axis, int o) {
    int in = w.in[axis];
    if (w.kernel[axis] == 0) {
        long long out = w.out[axis];
        int first = (int)((long long)o * in / out);
        int count = (int)(ceil_div((o + 1ll) * in, out) - first);
        return {first, count, 1, count};
    }
    int step = w.dilation[axis];
    int start = o * w.stride[axis] - w.padding[axis];
    int stop = start + step * (w.kernel[axis] - 1) + 1;
    int extent = min(in + w.padding[axis], stop) - start;
    if (step == 1) {
        int first = max(0, start);
        return {first, max(0, min(in, stop) - first), 1, extent};
    }
    int first = start < 0 ? start + (step - 1 - start) / step * step : start;
    return {first, max(0, (min(in, stop) - first + step - 1) / step), step, extent};
}

// The outputs that can see input i of a dimension: first, ... last. Without dilation all of them do.
__device__ inline void readers(const Windows& w, int axis, int i, int* first, int* last) {
    if (w.kernel[axis] == 0) {
        long long in = w.in[axis], out = w.out[axis];
        *first = (int)(i * out / in);
        *last = (int)(ceil_div((i + 1) * out, in) - 1);
        return;
    }
    int end = i + w.padding[axis];
    int before = end - w.dilation[axis] * (w.kernel[axis] - 1);
    *first = before <= 0 ? 0 : divide(before + w.stride[axis] - 1, w.by_stride[axis]);
    *last = min(w.out[axis] - 1, (int)divide(end, w.by_stride[axis]));
}

__device__ inline bool sees(const Windows& w, int axis, int o, int i) {
    int step = w.dilation[axis];
    return step == 1 || (i + w.padding[axis] - o * w.stride[axis]) % step == 0;
}

// Calls body(plane, index in the plane of x) for each input that element k of y sees.
template <class Body>
__device__ inline void for_inputs(const Windows& w, long long k, Body body) {
    Place o = place(w, (unsigned)k, w.out, w.by_out);
    Window z = window(w, 0, o.at[0]);
    Window y = window(w, 1, o.at[1]);
    Window x = window(w, 2, o.at[2]);
    for (int a = 0; a < z.count; a++) {
        for (int r = 0; r < y.count; r++) {
            int row = ((z.first + a * z.step) * w.in[1] + y.first + r * y.step) * w.in[2];
            for (int s = 0; s < x.count; s++) body(o.plane, row + x.first + s * x.step);
        }
    }
}

// Calls body(index in the plane of x, element of y, where that lies) for each output that sees
// element k of x, in ascending order.
template <class Body>
__device__ inline void for_outputs(const Windows& w, long long k, Body body) {
    Place i = place(w, (unsigned)k, w.in, w.by_in);
    int index = (i.at[0] * w.in[1] + i.at[1]) * w.in[2] + i.at[2];
    int first[3] = {0, 0, 0}, last[3] = {0, 0, 0};
    for (int axis = 0; axis < 3; axis++) {
        if (axis == 2 || !lacks(w, axis)) readers(w, axis, i.at[axis], &first[axis], &last[axis]);
    }
    Place o = {i.plane, {0, 0, 0}};
    for (o.at[0] = first[0]; o.at[0] <= last[0]; o.at[0]++) {
        if (!sees(w, 0, o.at[0], i.at[0])) continue;
        for (o.at[1] = first[1]; o.at[1] <= last[1]; o.at[1]++) {
            if (!sees(w, 1, o.at[1], i.at[1])) continue;
            unsigned row = ((i.plane * w.out[0] + o.at[0]) * w.out[1] + o.at[1]) * w.out[2];
            for (o.at[2] = first[2]; o.at[2] <= last[2]; o.at[2]++) {
                if (sees(w, 2, o.at[2], i.at[2])) body(index, row + o.at[2], o);
            }
        }
    }
}
