// The sizes of a convolution from x to y, as backend.cuda.ConvolutionShape lists them.
#pragma once

// One spatial dimension: output o meets input o * stride + r * dilation - padding through element r
// of the kernel. What lies between the first and the last of them fits an int.
struct Axis {
    int in;
    int out;
    int kernel;
    int stride;
    int padding;
    int dilation;

    // The input that output o meets through r: none where it is not in 0 ... in - 1.
    __device__ int input(int o, int r) const { return o * stride + r * dilation - padding; }

    // The output that input i meets through r, or -1.
    __device__ int output(int i, int r) const {
        int from_first = i + padding - r * dilation;
        if (from_first < 0 || from_first % stride != 0) return -1;
        int o = from_first / stride;
        return o < out ? o : -1;
    }

    __device__ bool inside(int i) const { return i >= 0 && i < in; }
};

// Depth, height and width; those that it lacks, in front, have size 1.
struct Convolution {
    int samples;
    int inputs;
    int outputs;
    int groups;
    Axis axis[3];

    // Elements of one channel of x, of y, and of one filter.
    __device__ int image() const { return axis[0].in * axis[1].in * axis[2].in; }
    __device__ int positions() const { return axis[0].out * axis[1].out * axis[2].out; }
    __device__ int taps() const { return axis[0].kernel * axis[1].kernel * axis[2].kernel; }

    // Channels of one group.
    __device__ int group_inputs() const { return inputs / groups; }
    __device__ int group_outputs() const { return outputs / groups; }
};
