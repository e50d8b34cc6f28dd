#include "algorithms.h"

namespace {

bool is_true_half(const Convolution& v) {
    return v.x.type == CUDNN_DATA_HALF && v.compute == CUDNN_DATA_HALF;
}

bool is_float_or_pseudo_half(const Convolution& v) {
    return v.compute == CUDNN_DATA_FLOAT && v.x.type != CUDNN_DATA_BFLOAT16;
}

bool is_channels_first(const Convolution& v) { return v.format == CUDNN_TENSOR_NCHW; }

bool is_undilated(const Convolution& v) {
    return v.dilation[0] == 1 && v.dilation[1] == 1 && v.dilation[2] == 1;
}

// Neither strides nor dilation.
bool is_plain(const Convolution& v) {
    return is_undilated(v) && v.stride[0] == 1 && v.stride[1] == 1 && v.stride[2] == 1;
}

bool is_filter(const Convolution& v, size_t size) {
    return v.rank == 2 && v.filter[1] == size && v.filter[2] == size;
}

bool is_filter_above_padding(const Convolution& v, size_t greatest) {
    for (int i = 3 - v.rank; i < 3; i++) {
        if (static_cast<int>(v.filter[i]) <= v.padding[i] || v.filter[i] > greatest) return false;
    }
    return true;
}

size_t padded(const Convolution& v, int i) {
    return v.in[i] + 2 * static_cast<size_t>(v.padding[i]);
}

bool any(const Convolution&) { return true; }

bool never(const Convolution&) { return false; }

bool not_true_half(const Convolution& v) { return !is_true_half(v); }

bool gemm(const Convolution& v) {
    return v.rank == 2 && is_undilated(v) && is_channels_first(v) && !is_true_half(v);
}

bool fft(const Convolution& v) {
    return v.rank == 2 && is_plain(v) && is_channels_first(v) && is_float_or_pseudo_half(v) &&
           padded(v, 1) <= 256 && padded(v, 2) <= 256 && is_filter_above_padding(v, 256);
}

bool fft_tiling(const Convolution& v) {
    return is_plain(v) && is_channels_first(v) && is_float_or_pseudo_half(v) &&
           is_filter_above_padding(v, v.rank == 2 ? 32 : 16);
}

bool winograd(const Convolution& v) {
    return is_filter(v, 3) && is_plain(v) && is_channels_first(v) && is_float_or_pseudo_half(v);
}

bool winograd_nonfused(const Convolution& v) {
    bool size = is_filter(v, 3) || (is_filter(v, 5) && v.x.type == CUDNN_DATA_FLOAT);
    return size && is_plain(v) && is_channels_first(v) && v.x.type != CUDNN_DATA_DOUBLE;
}

bool filter_algorithm_3(const Convolution& v) {
    return is_undilated(v) && is_channels_first(v) && !is_true_half(v);
}

size_t nothing(const Convolution&) { return 0; }

// A table of offsets.
size_t offsets(const Convolution& v) { return 4 * (v.c * v.filter_size() + v.out_size()); }

// x unfolded.
size_t columns(const Convolution& v) {
    return standin::size_of(v.x.number()) * v.groups * v.c * v.filter_size() * v.out_size();
}

size_t power_of_two(size_t least) {
    size_t result = 1;
    while (result < least) result *= 2;
    return result;
}

// x, w and y in the frequency domain, complex floats.
size_t spectra(const Convolution& v, size_t tiles, size_t frequencies) {
    return 8 * frequencies * v.groups * (tiles * v.n * (v.c + v.k) + v.k * v.c);
}

size_t fft_workspace(const Convolution& v) {
    return spectra(v, 1, power_of_two(padded(v, 1)) * (power_of_two(padded(v, 2)) / 2 + 1));
}

size_t tiles(const Convolution& v, size_t size) {
    return v.out[0] * ((v.out[1] + size - 1) / size) * ((v.out[2] + size - 1) / size);
}

size_t fft_tiling_workspace(const Convolution& v) { return spectra(v, tiles(v, 16), 32 * 17); }

size_t winograd_workspace(const Convolution& v) { return 4 * 16 * v.groups * v.k * v.c; }

size_t winograd_nonfused_workspace(const Convolution& v) {
    return 4 * 36 * v.groups * (v.k * v.c + tiles(v, 4) * v.n * (v.c + v.k));
}

// Partial sums of dw.
size_t partial_sums(const Convolution& v) { return 4 * v.groups * v.k * v.c * v.filter_size(); }

constexpr Determinism YES = CUDNN_DETERMINISTIC, NO = CUDNN_NON_DETERMINISTIC;

}  // namespace

const std::vector<Algorithm>& forward_algorithms() {
    static const std::vector<Algorithm> all = {
        {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, YES, true, any, offsets},
        {CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED, YES, true, winograd_nonfused,
         winograd_nonfused_workspace},
        {CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD, YES, false, winograd, winograd_workspace},
        {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM, YES, false, not_true_half, nothing},
        {CUDNN_CONVOLUTION_FWD_ALGO_GEMM, YES, false, gemm, columns},
        {CUDNN_CONVOLUTION_FWD_ALGO_FFT_TILING, YES, false, fft_tiling, fft_tiling_workspace},
        {CUDNN_CONVOLUTION_FWD_ALGO_FFT, YES, false, fft, fft_workspace},
        {CUDNN_CONVOLUTION_FWD_ALGO_DIRECT, YES, false, never, nothing},
    };
    return all;
}

const std::vector<Algorithm>& backward_data_algorithms() {
    static const std::vector<Algorithm> all = {
        {CUDNN_CONVOLUTION_BWD_DATA_ALGO_0, NO, false, not_true_half, nothing},
        {CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, YES, true, any, offsets},
        {CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED, YES, true, winograd_nonfused,
         winograd_nonfused_workspace},
        {CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD, YES, false, winograd, winograd_workspace},
        {CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT_TILING, YES, false, fft_tiling, fft_tiling_workspace},
        {CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT, YES, false, fft, fft_workspace},
    };
    return all;
}

const std::vector<Algorithm>& backward_filter_algorithms() {
    static const std::vector<Algorithm> all = {
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, NO, false, not_true_half, nothing},
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3, NO, false, filter_algorithm_3, partial_sums},
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, YES, true, any, offsets},
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD_NONFUSED, YES, true, winograd_nonfused,
         winograd_nonfused_workspace},
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT_TILING, YES, false, fft_tiling,
         fft_tiling_workspace},
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT, YES, false, fft, fft_workspace},
        {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD, YES, false, never, nothing},
    };
    return all;
}

const Algorithm& algorithm(const std::vector<Algorithm>& all, int id, const Convolution& v) {
    for (const Algorithm& candidate : all) {
        if (candidate.id != id) continue;
        support(candidate.is_supported(v));
        return candidate;
    }
    throw Refusal{CUDNN_STATUS_BAD_PARAM};
}

size_t workspace(const std::vector<Algorithm>& all, int id, const Convolution& v,
                 const void* workspace, size_t bytes) {
    size_t wanted = algorithm(all, id, v).workspace(v);
    require(bytes >= wanted && (wanted == 0 || workspace != nullptr));
    return wanted;
}
