// Which engines there are, and the workspaces that they want, was asked of cuDNN 9.24 for each of
// the GPUs, in its mode without a device. That an algorithm of the legacy calls is there where an
// engine of its kind is, is an inference.
#include "algorithms.h"

#include "sublibraries.h"

namespace {

constexpr int kAmpere = 80, kHopper = 90;

// Of each copy that an engine makes, and what Hopper's engines want besides.
constexpr size_t kCopyEnd = 16, kHopperEnd = 131;

bool is_true_half(const Convolution& v) {
    return v.x.type == CUDNN_DATA_HALF && v.compute == CUDNN_DATA_HALF;
}

bool is_half(const Convolution& v) {
    return v.x.type == CUDNN_DATA_HALF || v.x.type == CUDNN_DATA_BFLOAT16;
}

bool is_channels_first(const Convolution& v) { return v.format == CUDNN_TENSOR_NCHW; }

// Neither strides nor dilation.
bool is_plain(const Convolution& v) {
    for (int i = 0; i < 3; i++) {
        if (v.stride[i] != 1 || v.dilation[i] != 1) return false;
    }
    return true;
}

size_t round_up(size_t n, size_t step) { return (n + step - 1) / step * step; }

size_t element(const Convolution& v) { return standin::size_of(v.x.number()); }

// Groups that are worked on together.
size_t groups(const Convolution& v) { return v.groups < 4 ? v.groups : 4; }

size_t x_count(const Convolution& v) { return v.n * v.groups * v.c * v.in_size(); }
size_t y_count(const Convolution& v) { return v.n * v.groups * v.k * v.out_size(); }
size_t w_count(const Convolution& v) { return v.groups * v.k * v.c * v.filter_size(); }

// Copies of x, w and y in another layout, where the engine wants channels first.
size_t copies(const Convolution& v) {
    if (is_channels_first(v)) return 0;
    return element(v) * (x_count(v) + w_count(v) + y_count(v)) + kCopyEnd;
}

// Copies of all three with channels last, which fill whole units of 16 bytes.
size_t channels_last(const Convolution& v, size_t bytes) {
    size_t c = round_up(v.c, 16 / bytes), k = round_up(v.k, 16 / bytes);
    size_t count = v.n * (c * v.in_size() + k * v.out_size()) + k * c * v.filter_size();
    return bytes * v.groups * count + kCopyEnd;
}

bool is_aligned(const Convolution& v) {
    size_t unit = 16 / element(v);
    return v.c % unit == 0 && v.k % unit == 0;
}

size_t tensor_core_workspace(const Convolution& v) {
    int gpu = standin::compute_capability();
    if (v.x.type == CUDNN_DATA_FLOAT && gpu < kAmpere) return channels_last(v, 2);
    size_t end = gpu == kHopper ? kHopperEnd : 0;
    if (is_channels_first(v) || !is_aligned(v)) return channels_last(v, element(v)) + end;
    if (is_half(v) || gpu >= kHopper) return end;
    return element(v) * (x_count(v) + w_count(v)) + kCopyEnd;
}

bool any(const Convolution&) { return true; }

bool never(const Convolution&) { return false; }

bool not_true_half(const Convolution& v) { return !is_true_half(v); }

bool gemm(const Convolution& v) { return v.rank == 2 && !is_true_half(v); }

// Gone with Hopper.
bool winograd(const Convolution& v) {
    bool size = v.rank == 2 && v.filter[1] == 3 && v.filter[2] == 3;
    return standin::compute_capability() < kHopper && size && is_plain(v) &&
           v.compute == CUDNN_DATA_FLOAT;
}

size_t nothing(const Convolution&) { return 0; }

// A table of offsets.
size_t offsets(const Convolution& v) {
    bool dilated = v.dilation[1] != 1 || v.dilation[2] != 1;
    if (v.rank != 2 || dilated) return copies(v);
    return copies(v) + 4 * groups(v) * v.c * v.filter_size();
}

// x unfolded for the whole batch.
size_t columns(const Convolution& v) {
    size_t unfolded = element(v) * groups(v) * v.n * v.c * v.filter_size() * v.out_size();
    return unfolded + (is_channels_first(v) ? 0 : copies(v) - element(v) * y_count(v));
}

// The filter, and its tiles of 4 x 4.
size_t winograd_tiles(const Convolution& v) {
    return copies(v) + 4 * w_count(v) + 64 * v.groups * round_up(v.k, 32) * round_up(v.c, 8);
}

size_t forward_winograd(const Convolution& v) { return winograd_tiles(v) + 4 * v.k; }

size_t backward_winograd(const Convolution& v) { return winograd_tiles(v) + 4 * v.c; }

// A counter for each tile of dw, and dw in float.
size_t filter_counters(const Convolution& v) {
    size_t tiles = (v.k + 31) / 32 * ((v.c * v.filter_size() + 31) / 32);
    return 8 * groups(v) * tiles + (is_half(v) ? 4 * w_count(v) + kCopyEnd : 0);
}

#define ALGORITHM(name, ...) {CUDNN_CONVOLUTION_##name, #name, __VA_ARGS__}

constexpr Determinism YES = CUDNN_DETERMINISTIC, NO = CUDNN_NON_DETERMINISTIC;

}  // namespace

const std::vector<Algorithm>& forward_algorithms() {
    static const std::vector<Algorithm> all = {
        ALGORITHM(FWD_ALGO_WINOGRAD, YES, false, winograd, forward_winograd),
        ALGORITHM(FWD_ALGO_IMPLICIT_PRECOMP_GEMM, YES, true, any, offsets),
        ALGORITHM(FWD_ALGO_GEMM, YES, false, gemm, columns),
        ALGORITHM(FWD_ALGO_IMPLICIT_GEMM, YES, false, not_true_half, nothing),
        ALGORITHM(FWD_ALGO_WINOGRAD_NONFUSED, YES, false, never, nothing),
        ALGORITHM(FWD_ALGO_FFT_TILING, YES, false, never, nothing),
        ALGORITHM(FWD_ALGO_FFT, YES, false, never, nothing),
        ALGORITHM(FWD_ALGO_DIRECT, YES, false, never, nothing),
    };
    return all;
}

const std::vector<Algorithm>& backward_data_algorithms() {
    static const std::vector<Algorithm> all = {
        ALGORITHM(BWD_DATA_ALGO_WINOGRAD, YES, false, winograd, backward_winograd),
        ALGORITHM(BWD_DATA_ALGO_0, NO, false, not_true_half, copies),
        ALGORITHM(BWD_DATA_ALGO_1, YES, true, any, copies),
        ALGORITHM(BWD_DATA_ALGO_WINOGRAD_NONFUSED, YES, false, never, nothing),
        ALGORITHM(BWD_DATA_ALGO_FFT_TILING, YES, false, never, nothing),
        ALGORITHM(BWD_DATA_ALGO_FFT, YES, false, never, nothing),
    };
    return all;
}

const std::vector<Algorithm>& backward_filter_algorithms() {
    static const std::vector<Algorithm> all = {
        ALGORITHM(BWD_FILTER_ALGO_0, NO, false, not_true_half, nothing),
        ALGORITHM(BWD_FILTER_ALGO_1, YES, true, any, filter_counters),
        ALGORITHM(BWD_FILTER_ALGO_3, NO, false, never, nothing),
        ALGORITHM(BWD_FILTER_ALGO_WINOGRAD_NONFUSED, YES, false, never, nothing),
        ALGORITHM(BWD_FILTER_ALGO_FFT_TILING, YES, false, never, nothing),
        ALGORITHM(BWD_FILTER_ALGO_FFT, YES, false, never, nothing),
        ALGORITHM(BWD_FILTER_ALGO_WINOGRAD, YES, false, never, nothing),
    };
    return all;
}

// Halves are taken as they are. Float is rounded to TF32 from Ampere on, where the default allows
// it too; before, only to half, where it may be converted.
bool on_tensor_cores(const Algorithm& algorithm, const Convolution& v, MathType math) {
    if (!algorithm.tensor_cores || math == CUDNN_FMA_MATH) return false;
    if (v.x.type == CUDNN_DATA_DOUBLE) return false;
    if (is_half(v)) return math != CUDNN_DEFAULT_MATH;
    return standin::compute_capability() >= kAmpere ||
           math == CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
}

MathType math_with_tensor_cores(const Convolution& v) {
    bool converts = v.x.type == CUDNN_DATA_FLOAT && standin::compute_capability() < kAmpere;
    return converts ? CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION : CUDNN_TENSOR_OP_MATH;
}

MathType math_without(const Convolution& v) {
    bool allows_tf32 = v.x.type == CUDNN_DATA_FLOAT && standin::compute_capability() >= kAmpere;
    return v.math == CUDNN_FMA_MATH || allows_tf32 ? CUDNN_FMA_MATH : CUDNN_DEFAULT_MATH;
}

bool is_there(const Algorithm& algorithm, const Convolution& v) {
    return has_engines() && algorithm.is_supported(v);
}

size_t workspace_bytes(const Algorithm& algorithm, const Convolution& v, MathType math) {
    return on_tensor_cores(algorithm, v, math) ? tensor_core_workspace(v) : algorithm.workspace(v);
}

const Algorithm& algorithm(const std::vector<Algorithm>& all, int id, const Convolution& v) {
    for (const Algorithm& candidate : all) {
        if (candidate.id != id) continue;
        support(is_there(candidate, v));
        return candidate;
    }
    throw Refusal{CUDNN_STATUS_BAD_PARAM, "there is no such algorithm"};
}
