// Batches of sequences of different lengths.
#include <algorithm>

#include "rnn.h"

namespace {

bool is_packed(const RnnDataDescriptor& data) {
    return data.layout == CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED;
}

// Calls body(offset, t, b) for every vector that there is.
template <class Body>
void for_each_vector(const RnnDataDescriptor& data, Body body) {
    size_t packed = 0;
    for (int t = 0; t < data.steps; t++) {
        for (int b = 0; b < data.batch; b++) {
            if (t >= data.lengths[static_cast<size_t>(b)]) continue;
            int across = data.layout == CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED
                             ? b * data.steps + t
                             : t * data.batch + b;
            size_t at = is_packed(data) ? packed++ : static_cast<size_t>(across);
            body(at * static_cast<size_t>(data.vector), t, b);
        }
    }
}

// One vector, or what there is of padding, as a tensor.
Tensor row(const RnnDataDescriptor& data) {
    Tensor result;
    result.type = data.type;
    result.rank = 1;
    result.dims[0] = data.vector;
    result.strides[0] = 1;
    return result;
}

const char* at(const RnnDataDescriptor& data, const void* p, size_t element) {
    return static_cast<const char*>(p) + element * standin::size_of(number_of(data.type));
}

}  // namespace

RnnDataDescriptor rnn_data(const RnnDataDescriptor* descriptor, const char* argument) {
    const RnnDataDescriptor& result = live(descriptor, argument);
    require(result.steps > 0);
    return result;
}

std::vector<double> read_sequences(const char* call, const char* argument,
                                   const RnnDataDescriptor& data, const void* p) {
    size_t width = static_cast<size_t>(data.vector);
    size_t batch = static_cast<size_t>(data.batch);
    std::vector<double> values(static_cast<size_t>(data.steps) * batch * width, 0.0);
    for_each_vector(data, [&](size_t element, int t, int b) {
        std::vector<double> vector = read(call, argument, row(data), at(data, p, element));
        size_t to = static_cast<size_t>(t) * batch + static_cast<size_t>(b);
        std::copy(vector.begin(), vector.end(), values.data() + to * width);
    });
    return values;
}

void write_sequences(const char* call, const char* argument, const RnnDataDescriptor& data, void* p,
                     const std::vector<double>& values) {
    size_t width = static_cast<size_t>(data.vector);
    size_t batch = static_cast<size_t>(data.batch);
    if (data.has_fill && !is_packed(data)) {
        Tensor all = row(data);
        all.dims[0] = data.steps * data.batch * data.vector;
        write(call, argument, all, p, std::vector<double>(all.count(), data.fill));
    }
    for_each_vector(data, [&](size_t element, int t, int b) {
        size_t from = static_cast<size_t>(t) * batch + static_cast<size_t>(b);
        const double* vector = values.data() + from * width;
        write(call, argument, row(data), const_cast<char*>(at(data, p, element)),
              std::vector<double>(vector, vector + width));
    });
}

CUDNN_CALL(cudnnCreateRNNDataDescriptor)(RnnDataDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyRNNDataDescriptor)(RnnDataDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "rnnDataDesc"); });
}

CUDNN_CALL(cudnnSetRNNDataDescriptor)
(RnnDataDescriptor* descriptor, DataType type, RnnLayout layout, int steps, int batch, int vector,
 const int* lengths, void* fill) {
    return answer(__func__, [&](const char*) {
        RnnDataDescriptor& target = live(descriptor, "rnnDataDesc");
        require(layout >= CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED &&
                layout <= CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED);
        require(steps > 0 && batch > 0 && vector > 0 && lengths != nullptr);
        support(is_floating(type));
        for (int b = 0; b < batch; b++) {
            require(lengths[b] >= 0 && lengths[b] <= steps);
            require(layout != CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED || b == 0 ||
                    lengths[b] <= lengths[b - 1]);
        }
        target = {type,
                  layout,
                  steps,
                  batch,
                  vector,
                  std::vector<int>(lengths, lengths + batch),
                  fill != nullptr,
                  fill == nullptr ? 0 : standin::load(number_of(type), fill, 0)};
    });
}

CUDNN_CALL(cudnnGetRNNDataDescriptor)
(const RnnDataDescriptor* descriptor, DataType* type, RnnLayout* layout, int* steps, int* batch,
 int* vector, int requested, int* lengths, void* fill) {
    return answer(__func__, [&](const char*) {
        const RnnDataDescriptor& source = live(descriptor, "rnnDataDesc");
        answer_with(type, source.type);
        answer_with(layout, source.layout);
        answer_with(steps, source.steps);
        answer_with(batch, source.batch);
        answer_with(vector, source.vector);
        for (int b = 0; b < requested && b < source.batch && lengths != nullptr; b++) {
            lengths[b] = source.lengths[static_cast<size_t>(b)];
        }
        if (fill != nullptr) standin::store(number_of(source.type), fill, 0, source.fill);
    });
}
