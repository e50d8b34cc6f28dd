// What the three calls that run a recurrent network share: their arguments and the reserve space.
#pragma once

#include "rnn_cell.h"

// A part of the reserve space that one layer (input, factor) or pseudo-layer (the rest) has. All
// of it is double, so the reserve space is greater than cuDNN's.
enum class Part {
    Gates,
    Hidden,
    Extra,
    Input,      // what the layer took in, after dropout; not for the first
    Factor,     // what dropout multiplied it by
    Gradients,  // of the gates; written by cudnnRNNBackwardData_v8
};

struct RnnPass {
    RnnShape shape;
    RnnDataDescriptor x, y;
    DropoutDescriptor dropout;
    const int* device_lengths;
    const void* weights;
    void* workspace;
    char* reserve;

    Sequences sequences(size_t pseudo) const;
    size_t rows() const;
    size_t part_count(Part part, size_t layer) const;
    size_t reserve_bytes() const;
    size_t workspace_bytes() const;
    std::vector<double> load(const char* call, Part part, size_t index) const;
    void save(const char* call, Part part, size_t index, const std::vector<double>& values) const;
    CellTrace trace(const char* call, size_t pseudo) const;
    std::vector<double> read_weights(const char* call) const;
    // Fails the run where the lengths on the device are not those of the descriptor.
    void check_lengths(const char* call) const;
    // A state (pseudo-layers, batch, hidden) as a tensor.
    Tensor state() const;
    // Zeros for null.
    std::vector<double> read_state(const char* call, const char* argument, const void* p) const;
    void write_state(const char* call, const char* argument, void* p,
                     const std::vector<double>& values) const;

 private:
    size_t part_at(Part part, size_t index) const;
};

// The sizes of the two spaces and where they are.
struct RnnSpaces {
    size_t weight_bytes;
    const void* weights;
    size_t workspace_bytes;
    void* workspace;
    size_t reserve_bytes;
    void* reserve;
};

// Checks everything but the addresses of data.
RnnPass rnn_pass(const RnnDescriptor* descriptor, const int* device_lengths,
                 const RnnDataDescriptor* x, const RnnDataDescriptor* y,
                 const TensorDescriptor* h_desc, const TensorDescriptor* c_desc,
                 const RnnSpaces& spaces, bool training);

// Slices of what all pseudo-layers have side by side.
CellState slice(const RnnPass& pass, size_t pseudo, const std::vector<double>& h,
                const std::vector<double>& c);
void put_back(const RnnPass& pass, size_t pseudo, const CellState& state, std::vector<double>& h,
              std::vector<double>& c);
