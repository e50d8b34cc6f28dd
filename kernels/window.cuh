// The windows of a pooling: which inputs an output sees, and which outputs see an input.
#pragma once

// For depth, height and width; dimensions that lack have size 1 and windows of 1. Where kernel is
// 0, the windows divide the inputs among the outputs.
struct Windows {
    int in[3];
    int out[3];
    int kernel[3];
    int stride[3];
    int padding[3];
    int dilation[3];
};

// Inputs first, first + step, ... of one dimension, and the window's extent in the padded input.
struct Window {
    int first;
    int count;
    int step;
    long long extent;
};

__device__ inline long long ceil_div(long long a, long long b) {
    return a > 0 ? (a + b - 1) / b : -(-a / b);
}

// What output o of a dimension sees, clipped to the input.
__device__ inline Window window(const Windows& w, int axis, int o) {
    long long in = w.in[axis], out = w.out[axis];
    if (w.kernel[axis] == 0) {
        int first = (int)(o * in / out);
        int count = (int)(ceil_div((o + 1) * in, out) - first);
        return {first, count, 1, count};
    }
    long long step = w.dilation[axis];
    long long start = (long long)o * w.stride[axis] - w.padding[axis];
    long long stop = start + step * (w.kernel[axis] - 1) + 1;
    long long first = start + max(0ll, ceil_div(-start, step)) * step;
    long long count = max(0ll, ceil_div(min(in, stop) - first, step));
    return {(int)first, (int)count, (int)step, min(in + w.padding[axis], stop) - start};
}

__device__ inline bool sees(const Window& w, int i) {
    return i >= w.first && (i - w.first) % w.step == 0 && (i - w.first) / w.step < w.count;
}

// The outputs that can see input i of a dimension: first, ... last.
__device__ inline void readers(const Windows& w, int axis, int i, int* first, int* last) {
    long long in = w.in[axis], out = w.out[axis];
    long long low, high;
    if (w.kernel[axis] == 0) {
        low = i * out / in;
        high = ceil_div((i + 1) * out, in) - 1;
    } else {
        long long reach = (long long)w.dilation[axis] * (w.kernel[axis] - 1);
        low = ceil_div((long long)i + w.padding[axis] - reach, w.stride[axis]);
        high = ((long long)i + w.padding[axis]) / w.stride[axis];
    }
    *first = (int)max(0ll, low);
    *last = (int)min(out - 1, high);
}

// Calls body(plane, index in the plane of x) for each input that element k of y sees.
template <class Body>
__device__ inline void for_inputs(const Windows& w, long long k, Body body) {
    unsigned rest = (unsigned)k;
    Window x = window(w, 2, rest % w.out[2]);
    rest /= w.out[2];
    Window y = window(w, 1, rest % w.out[1]);
    rest /= w.out[1];
    Window z = window(w, 0, rest % w.out[0]);
    long long plane = rest / w.out[0];
    for (int a = 0; a < z.count; a++) {
        for (int r = 0; r < y.count; r++) {
            int row = ((z.first + a * z.step) * w.in[1] + y.first + r * y.step) * w.in[2];
            for (int s = 0; s < x.count; s++) body(plane, row + x.first + s * x.step);
        }
    }
}

// Calls body(element of y) for each output that sees element k of x, in ascending order.
template <class Body>
__device__ inline void for_outputs(const Windows& w, long long k, Body body) {
    int at[3];
    unsigned rest = (unsigned)k;
    for (int axis = 2; axis >= 0; axis--) {
        at[axis] = rest % w.in[axis];
        rest /= w.in[axis];
    }
    int first[3], last[3];
    for (int axis = 0; axis < 3; axis++) readers(w, axis, at[axis], &first[axis], &last[axis]);
    for (int d = first[0]; d <= last[0]; d++) {
        if (!sees(window(w, 0, d), at[0])) continue;
        for (int h = first[1]; h <= last[1]; h++) {
            if (!sees(window(w, 1, h), at[1])) continue;
            for (int v = first[2]; v <= last[2]; v++) {
                if (!sees(window(w, 2, v), at[2])) continue;
                body((((long long)rest * w.out[0] + d) * w.out[1] + h) * w.out[2] + v);
            }
        }
    }
}
