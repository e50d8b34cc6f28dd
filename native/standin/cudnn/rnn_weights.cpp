// The weight space: its size, and where each matrix and bias lies.
#include "rnn.h"

bool RnnShape::has_input_bias() const {
    return bias == CUDNN_RNN_SINGLE_INP_BIAS || bias == CUDNN_RNN_DOUBLE_BIAS;
}

bool RnnShape::has_recurrent_bias() const {
    return bias == CUDNN_RNN_SINGLE_REC_BIAS || bias == CUDNN_RNN_DOUBLE_BIAS;
}

size_t RnnShape::w_at(size_t pseudo) const {
    size_t at = 0;
    for (size_t i = 0; i < pseudo; i++) at += w_count(i) + r_count();
    return at;
}

size_t RnnShape::r_at(size_t pseudo) const { return w_at(pseudo) + w_count(pseudo); }

size_t RnnShape::input_bias_at(size_t pseudo) const {
    size_t sets = (has_input_bias() ? 1 : 0) + (has_recurrent_bias() ? 1 : 0);
    return w_at(pseudo_layers()) + pseudo * sets * gates * hidden;
}

size_t RnnShape::recurrent_bias_at(size_t pseudo) const {
    return input_bias_at(pseudo) + (has_input_bias() ? gates * hidden : 0);
}

size_t RnnShape::weights() const { return input_bias_at(pseudo_layers()); }

size_t RnnShape::weight_bytes() const { return weights() * standin::size_of(number_of(type)); }

CUDNN_CALL(cudnnGetRNNWeightSpaceSize)
(Handle* handle, const RnnDescriptor* descriptor, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(bytes != nullptr);
        *bytes = shape_of(rnn(descriptor)).weight_bytes();
    });
}

namespace {

// Gives (1, rows, columns) at an element of the weight space, or nothing.
void hand_out(const RnnShape& shape, const char* space, size_t element, bool is_there, size_t rows,
              size_t columns, TensorDescriptor* descriptor, void** address) {
    if (descriptor != nullptr) {
        Tensor& target = live(descriptor, "mDesc or bDesc").tensor;
        target = Tensor();
        if (is_there) {
            const int dims[] = {1, static_cast<int>(rows), static_cast<int>(columns)};
            target = dense_tensor(CUDNN_TENSOR_NCHW, shape.type, 3, dims);
        }
    }
    size_t offset = element * standin::size_of(number_of(shape.type));
    void* found = is_there ? const_cast<char*>(space) + offset : nullptr;
    answer_with(address, found);
}

}  // namespace

CUDNN_CALL(cudnnGetRNNWeightParams)
(Handle* handle, const RnnDescriptor* descriptor, int pseudo_layer, size_t bytes, const void* space,
 int id, TensorDescriptor* matrix, void** matrix_address, TensorDescriptor* bias,
 void** bias_address) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        const RnnShape shape = shape_of(rnn(descriptor));
        size_t pseudo = static_cast<size_t>(pseudo_layer), gate = static_cast<size_t>(id);
        require(pseudo_layer >= 0 && pseudo < shape.pseudo_layers());
        require(id >= 0 && gate < 2 * shape.gates);
        require(space != nullptr && bytes >= shape.weight_bytes());
        bool recurrent = gate >= shape.gates;
        gate %= shape.gates;
        size_t columns = recurrent ? shape.hidden : shape.width(pseudo / shape.directions);
        size_t weights = recurrent ? shape.r_at(pseudo) : shape.w_at(pseudo);
        size_t biases = recurrent ? shape.recurrent_bias_at(pseudo) : shape.input_bias_at(pseudo);
        bool has_bias = recurrent ? shape.has_recurrent_bias() : shape.has_input_bias();
        const char* start = static_cast<const char*>(space);
        hand_out(shape, start, weights + gate * shape.hidden * columns, true, shape.hidden, columns,
                 matrix, matrix_address);
        hand_out(shape, start, biases + gate * shape.hidden, has_bias, shape.hidden, 1, bias,
                 bias_address);
    });
}
