// Convolutions as matrix products: x is unfolded into columns, one a position of the output and one
// row a weight, image by image and group by group.
#include "convolution.h"

#include <algorithm>

#include "math/product.h"

namespace {

// The data types of tensors and of the computation that go together.
bool is_configuration(DataType data, DataType compute) {
    switch (data) {
        case CUDNN_DATA_HALF:
            return compute == CUDNN_DATA_HALF || compute == CUDNN_DATA_FLOAT;
        case CUDNN_DATA_BFLOAT16:
        case CUDNN_DATA_FLOAT:
            return compute == CUDNN_DATA_FLOAT;
        case CUDNN_DATA_DOUBLE:
            return compute == CUDNN_DATA_DOUBLE;
        default:
            return false;
    }
}

void check_shapes(const Convolution& v, const ConvolutionDescriptor& convolution) {
    require(v.x.rank == v.y.rank && v.x.rank == v.w.rank && v.x.rank >= 3);
    require(v.x.type == v.w.type && v.x.type == v.y.type);
    int dims[MAX_RANK];
    output_dims(convolution, v.x, v.w, dims);
    support(v.x.rank == 4 || v.x.rank == 5);
    require(v.w.dims[0] % convolution.groups == 0);
    require(v.y.dims[0] == dims[0] && v.y.dims[1] == dims[1]);
    support(std::equal(dims, dims + v.y.rank, v.y.dims));
    support(is_configuration(v.x.type, convolution.compute));
}

}  // namespace

Convolution convolution_of(const TensorDescriptor* x, const FilterDescriptor* w,
                           const ConvolutionDescriptor* convolution, const TensorDescriptor* y) {
    const ConvolutionDescriptor& source = live(convolution, "convDesc");
    const FilterDescriptor& filter = live(w, "filterDesc");
    require(source.rank > 0 && filter.filter.rank > 0);
    Convolution v = {};
    v.x = tensor(x, "xDesc");
    v.w = filter.filter;
    v.y = tensor(y, "yDesc");
    check_shapes(v, source);
    v.format = filter.format;
    v.rank = source.rank;
    v.compute = source.compute;
    v.math = source.math;
    v.flip = source.mode == CUDNN_CONVOLUTION;
    v.groups = static_cast<size_t>(source.groups);
    v.n = static_cast<size_t>(v.x.dims[0]);
    v.c = static_cast<size_t>(v.w.dims[1]);
    v.k = static_cast<size_t>(v.w.dims[0]) / v.groups;
    int missing = 3 - source.rank;
    for (int i = 0; i < 3; i++) {
        bool given = i >= missing;
        int from = i - missing;
        v.in[i] = given ? static_cast<size_t>(v.x.dims[from + 2]) : 1;
        v.out[i] = given ? static_cast<size_t>(v.y.dims[from + 2]) : 1;
        v.filter[i] = given ? static_cast<size_t>(v.w.dims[from + 2]) : 1;
        v.padding[i] = given ? source.padding[from] : 0;
        v.stride[i] = given ? source.stride[from] : 1;
        v.dilation[i] = given ? source.dilation[from] : 1;
    }
    return v;
}

namespace {

// Calls body(column, begin, end, image) for every row of the output and every weight: the positions
// column + begin ... column + end - 1 of the weight's row of the columns are those
// image + (begin ... end - 1) stride of the image; what is not named lies in the padding.
template <class Body>
void for_each_run(const Convolution& v, size_t channel, size_t weight, Body body) {
    size_t tap = v.flip ? v.filter_size() - 1 - weight : weight;
    long at[3] = {static_cast<long>(tap / (v.filter[1] * v.filter[2])),
                  static_cast<long>(tap / v.filter[2] % v.filter[1]),
                  static_cast<long>(tap % v.filter[2])};
    for (int i = 0; i < 3; i++) at[i] = at[i] * v.dilation[i] - v.padding[i];
    long width = static_cast<long>(v.in[2]);
    long step = v.stride[2];
    long begin = at[2] < 0 ? (-at[2] + step - 1) / step : 0;
    long end = width - at[2] <= 0 ? 0 : (width - at[2] + step - 1) / step;
    end = std::min(end, static_cast<long>(v.out[2]));
    if (begin >= end) return;
    for (size_t d = 0; d < v.out[0]; d++) {
        long depth = static_cast<long>(d) * v.stride[0] + at[0];
        if (depth < 0 || depth >= static_cast<long>(v.in[0])) continue;
        for (size_t h = 0; h < v.out[1]; h++) {
            long row = static_cast<long>(h) * v.stride[1] + at[1];
            if (row < 0 || row >= static_cast<long>(v.in[1])) continue;
            long image = static_cast<long>(channel * v.in_size()) +
                         (depth * static_cast<long>(v.in[1]) + row) * width + at[2];
            body((d * v.out[1] + h) * v.out[2], begin, end, image);
        }
    }
}

// columns (C filter, out) of one image and group; x points to the group's first channel.
void unfold(const Convolution& v, const double* x, std::vector<double>& columns) {
    std::fill(columns.begin(), columns.end(), 0.0);
    for (size_t row = 0; row < v.c * v.filter_size(); row++) {
        double* to = columns.data() + row * v.out_size();
        for_each_run(v, row / v.filter_size(), row % v.filter_size(),
                     [&](size_t column, long begin, long end, long image) {
                         for (long i = begin; i < end; i++) {
                             to[static_cast<long>(column) + i] = x[image + i * v.stride[2]];
                         }
                     });
    }
}

standin::Sums sums_of(const Convolution& v) { return standin::sums_for(v.x.number()); }

// The adjoint of unfold(): adds the columns up in dx.
void fold(const Convolution& v, const std::vector<double>& columns, double* dx) {
    standin::Sums sums = sums_of(v);
    for (size_t row = 0; row < v.c * v.filter_size(); row++) {
        const double* from = columns.data() + row * v.out_size();
        for_each_run(v, row / v.filter_size(), row % v.filter_size(),
                     [&](size_t column, long begin, long end, long image) {
                         for (long i = begin; i < end; i++) {
                             double& to = dx[image + i * v.stride[2]];
                             to = standin::held(sums, to + from[static_cast<long>(column) + i]);
                         }
                     });
    }
}

// Where a group's part of an image or of the filter begins.
size_t x_at(const Convolution& v, size_t image, size_t group) {
    return (image * v.groups + group) * v.c * v.in_size();
}

size_t y_at(const Convolution& v, size_t image, size_t group) {
    return (image * v.groups + group) * v.k * v.out_size();
}

size_t w_at(const Convolution& v, size_t group) { return group * v.k * v.c * v.filter_size(); }

}  // namespace

std::vector<double> convolve(const Convolution& v, const std::vector<double>& x,
                             const std::vector<double>& w) {
    size_t rows = v.c * v.filter_size();
    std::vector<double> y(v.n * v.groups * v.k * v.out_size(), 0.0);
    standin::parallel(v.n * v.groups, [&](size_t task) {
        size_t image = task / v.groups, group = task % v.groups;
        std::vector<double> columns(rows * v.out_size());
        unfold(v, x.data() + x_at(v, image, group), columns);
        standin::multiply_add(sums_of(v), v.k, v.out_size(), rows, w.data() + w_at(v, group), rows,
                              columns.data(), v.out_size(), y.data() + y_at(v, image, group),
                              v.out_size());
    });
    return y;
}

std::vector<double> convolve_backward_data(const Convolution& v, const std::vector<double>& w,
                                           const std::vector<double>& dy) {
    size_t rows = v.c * v.filter_size();
    std::vector<double> across(w.size());
    for (size_t group = 0; group < v.groups; group++) {
        standin::transpose(v.k, rows, w.data() + w_at(v, group), across.data() + w_at(v, group));
    }
    std::vector<double> dx(v.n * v.groups * v.c * v.in_size(), 0.0);
    standin::parallel(v.n * v.groups, [&](size_t task) {
        size_t image = task / v.groups, group = task % v.groups;
        std::vector<double> columns(rows * v.out_size(), 0.0);
        standin::multiply_add(sums_of(v), rows, v.out_size(), v.k, across.data() + w_at(v, group),
                              v.k, dy.data() + y_at(v, image, group), v.out_size(),
                              columns.data(), v.out_size());
        fold(v, columns, dx.data() + x_at(v, image, group));
    });
    return dx;
}

std::vector<double> convolve_backward_filter(const Convolution& v, const std::vector<double>& x,
                                             const std::vector<double>& dy) {
    size_t rows = v.c * v.filter_size();
    std::vector<double> dw(v.groups * v.k * rows, 0.0);
    std::vector<double> columns(rows * v.out_size());
    for (size_t image = 0; image < v.n; image++) {
        for (size_t group = 0; group < v.groups; group++) {
            unfold(v, x.data() + x_at(v, image, group), columns);
            // A sum for each image, as engines split the batch.
            std::vector<double> part(v.k * rows, 0.0);
            standin::multiply_add_transposed(
                sums_of(v), v.k, rows, v.out_size(), dy.data() + y_at(v, image, group),
                v.out_size(), columns.data(), v.out_size(), part.data(), rows);
            double* to = dw.data() + w_at(v, group);
            for (size_t i = 0; i < part.size(); i++) {
                to[i] = standin::held(sums_of(v), to[i] + part[i]);
            }
        }
    }
    return dw;
}
