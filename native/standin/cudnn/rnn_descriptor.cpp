// The descriptor of a recurrent network.
#include "rnn.h"

namespace {

bool is_configuration(DataType type, DataType compute) {
    if (type == CUDNN_DATA_HALF && compute == CUDNN_DATA_HALF) return true;
    if (type == CUDNN_DATA_DOUBLE) return compute == CUDNN_DATA_DOUBLE;
    return is_floating(type) && compute == CUDNN_DATA_FLOAT;
}

}  // namespace

const RnnDescriptor& rnn(const RnnDescriptor* descriptor) {
    const RnnDescriptor& result = live(descriptor, "rnnDesc");
    require(result.layers > 0);
    return result;
}

RnnShape shape_of(const RnnDescriptor& d) {
    constexpr size_t GATES[] = {1, 1, 4, 3};
    return {d.mode,
            d.bias,
            d.type,
            static_cast<size_t>(d.input_size),
            static_cast<size_t>(d.hidden_size),
            static_cast<size_t>(d.layers),
            d.bidirectional ? size_t{2} : size_t{1},
            GATES[d.mode]};
}

CUDNN_CALL(cudnnCreateRNNDescriptor)(RnnDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyRNNDescriptor)(RnnDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "rnnDesc"); });
}

// Not done by the stand-in: a projection of the LSTM's output, and inputs that skip the first W.
CUDNN_CALL(cudnnSetRNNDescriptor_v8)
(RnnDescriptor* descriptor, int algorithm, RnnMode mode, RnnBias bias, int direction,
 int input_mode, DataType type, DataType compute, MathType math, int input, int hidden,
 int projection, int layers, DropoutDescriptor* dropout, uint32_t flags) {
    return answer(__func__, [&](const char*) {
        RnnDescriptor& target = live(descriptor, "rnnDesc");
        require(algorithm >= 0 && algorithm <= 3);
        require(mode >= CUDNN_RNN_RELU && mode <= CUDNN_GRU);
        require(bias >= CUDNN_RNN_NO_BIAS && bias <= CUDNN_RNN_SINGLE_REC_BIAS);
        require(direction == 0 || direction == 1);
        require(input_mode == 0 || input_mode == 1);
        require(math >= CUDNN_DEFAULT_MATH && math <= CUDNN_FMA_MATH);
        require(input >= 1 && hidden >= 1 && layers >= 1 && projection >= 1 && flags <= 1);
        if (dropout != nullptr) live(dropout, "dropoutDesc");
        support(is_configuration(type, compute) && projection == hidden && input_mode == 0);
        target = {algorithm, mode,  bias,   direction == 1, input_mode, type, compute,
                  math,      input, hidden, layers,         dropout,    flags};
    });
}

CUDNN_CALL(cudnnGetRNNDescriptor_v8)
(const RnnDescriptor* descriptor, int* algorithm, RnnMode* mode, RnnBias* bias, int* direction,
 int* input_mode, DataType* type, DataType* compute, MathType* math, int* input, int* hidden,
 int* projection, int* layers, DropoutDescriptor** dropout, uint32_t* flags) {
    return answer(__func__, [&](const char*) {
        const RnnDescriptor& source = rnn(descriptor);
        answer_with(algorithm, source.algorithm);
        answer_with(mode, source.mode);
        answer_with(bias, source.bias);
        answer_with(direction, source.bidirectional ? 1 : 0);
        answer_with(input_mode, source.input_mode);
        answer_with(type, source.type);
        answer_with(compute, source.compute);
        answer_with(math, source.math);
        answer_with(input, source.input_size);
        answer_with(hidden, source.hidden_size);
        answer_with(projection, source.hidden_size);
        answer_with(layers, source.layers);
        answer_with(dropout, source.dropout);
        answer_with(flags, source.flags);
    });
}

namespace {

// Only "no clipping" is done by the stand-in.
void set_clip(RnnDescriptor* descriptor, int mode) {
    live(descriptor, "rnnDesc");
    require(mode == 0 || mode == 1);
    support(mode == 0);
}

void get_clip(const RnnDescriptor* descriptor, int* mode, double* left, double* right) {
    live(descriptor, "rnnDesc");
    answer_with(mode, 0);
    answer_with(left, 0.0);
    answer_with(right, 0.0);
}

}  // namespace

CUDNN_CALL(cudnnRNNSetClip_v8)(RnnDescriptor* descriptor, int mode, int, double, double) {
    return answer(__func__, [&](const char*) { set_clip(descriptor, mode); });
}

CUDNN_CALL(cudnnRNNSetClip_v9)(RnnDescriptor* descriptor, int mode, double, double) {
    return answer(__func__, [&](const char*) { set_clip(descriptor, mode); });
}

CUDNN_CALL(cudnnRNNGetClip_v8)
(const RnnDescriptor* descriptor, int* mode, int* nan, double* left, double* right) {
    return answer(__func__, [&](const char*) {
        get_clip(descriptor, mode, left, right);
        answer_with(nan, 0);
    });
}

CUDNN_CALL(cudnnRNNGetClip_v9)
(const RnnDescriptor* descriptor, int* mode, double* left, double* right) {
    return answer(__func__, [&](const char*) { get_clip(descriptor, mode, left, right); });
}
