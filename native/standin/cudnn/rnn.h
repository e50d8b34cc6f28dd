// Recurrent networks: descriptors, where weights and saved values lie, and the cells.
//
// In the words of cuDNN a pseudo-layer is one direction of one layer: number layer, or layer * 2 +
// direction of a bidirectional network. Gates are numbered as cudnnGetRNNWeightParams numbers them:
// input, forget, new, output of an LSTM; reset, update, new of a GRU.
#pragma once

#include <cstdint>

#include "dropout.h"
#include "math/sum.h"

enum RnnMode : int { CUDNN_RNN_RELU = 0, CUDNN_RNN_TANH = 1, CUDNN_LSTM = 2, CUDNN_GRU = 3 };

enum RnnBias : int {
    CUDNN_RNN_NO_BIAS = 0,
    CUDNN_RNN_SINGLE_INP_BIAS = 1,
    CUDNN_RNN_DOUBLE_BIAS = 2,
    CUDNN_RNN_SINGLE_REC_BIAS = 3,
};

enum RnnLayout : int {
    CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED = 0,
    CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED = 1,
    CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED = 2,
};

struct RnnDescriptor {
    static constexpr const char* KIND = "cuDNN RNN descriptor";
    int algorithm = 0;
    RnnMode mode = CUDNN_RNN_RELU;
    RnnBias bias = CUDNN_RNN_DOUBLE_BIAS;
    bool bidirectional = false;
    int input_mode = 0;
    DataType type = CUDNN_DATA_FLOAT;
    DataType compute = CUDNN_DATA_FLOAT;
    MathType math = CUDNN_DEFAULT_MATH;
    int input_size = 0, hidden_size = 0, layers = 0;
    DropoutDescriptor* dropout = nullptr;
    uint32_t flags = 0;
};

struct RnnDataDescriptor {
    static constexpr const char* KIND = "cuDNN RNN data descriptor";
    DataType type = CUDNN_DATA_FLOAT;
    RnnLayout layout = CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED;
    int steps = 0, batch = 0, vector = 0;
    std::vector<int> lengths;
    bool has_fill = false;
    double fill = 0;
};

// A network's sizes.
struct RnnShape {
    RnnMode mode;
    RnnBias bias;
    DataType type;
    size_t input, hidden, layers, directions, gates;

    standin::Sums sums() const { return standin::sums_for(number_of(type)); }
    size_t pseudo_layers() const { return layers * directions; }
    // What a layer's cells take in.
    size_t width(size_t layer) const { return layer == 0 ? input : hidden * directions; }
    bool has_input_bias() const;
    bool has_recurrent_bias() const;
    // Elements of one pseudo-layer: (gates hidden, width) of W and (gates hidden, hidden) of R.
    size_t w_count(size_t pseudo) const { return gates * hidden * width(pseudo / directions); }
    size_t r_count() const { return gates * hidden * hidden; }
    // Where they begin in the weight space. All matrices come before all biases.
    size_t w_at(size_t pseudo) const;
    size_t r_at(size_t pseudo) const;
    size_t input_bias_at(size_t pseudo) const;
    size_t recurrent_bias_at(size_t pseudo) const;
    size_t weights() const;
    size_t weight_bytes() const;
};

RnnShape shape_of(const RnnDescriptor& rnn);

// A descriptor that was set.
const RnnDescriptor& rnn(const RnnDescriptor* descriptor);

RnnDataDescriptor rnn_data(const RnnDataDescriptor* descriptor, const char* argument);

// The vectors of a batch of sequences as (steps, batch, vector), zeros after a sequence's end.
std::vector<double> read_sequences(const char* call, const char* argument,
                                   const RnnDataDescriptor& data, const void* p);

// Fills what lies after a sequence's end with the descriptor's symbol, or leaves it.
void write_sequences(const char* call, const char* argument, const RnnDataDescriptor& data, void* p,
                     const std::vector<double>& values);
