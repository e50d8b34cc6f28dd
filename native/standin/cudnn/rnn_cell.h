// One pseudo-layer over a batch of sequences, forward and backward.
//
// All is dense and in double: rows are (step, sequence), and what lies after a sequence's end is 0.
#pragma once

#include "rnn.h"

// The sequences of a batch, in the order that a pseudo-layer goes through them.
struct Sequences {
    std::vector<int> lengths;
    size_t steps, batch;
    bool reversed;

    size_t rows() const { return steps * batch; }
    // True if sequence b has a vector at the s-th step.
    bool has(size_t s, size_t b) const;
    // The row of that vector.
    size_t row(size_t s, size_t b) const;
};

struct CellWeights {
    std::vector<double> w, r;                        // (gates hidden, width), (..., hidden)
    std::vector<double> input_bias, recurrent_bias;  // zeros where there is none
};

// One pseudo-layer's part of the weight space.
CellWeights cell_weights(const RnnShape& shape, size_t pseudo, const std::vector<double>& space);

// What a forward pass leaves for the backward pass.
struct CellTrace {
    std::vector<double> gates;   // (rows, gates hidden), after their functions
    std::vector<double> hidden;  // (rows, hidden), the output
    std::vector<double> extra;   // (rows, hidden): an LSTM's cell; a GRU's R h + b of the new gate
};

// The state of every sequence, (batch, hidden): first the initial one, in the end the final one.
struct CellState {
    std::vector<double> h, c;
};

CellTrace run_cell(const RnnShape& shape, const CellWeights& weights, const Sequences& sequences,
                   size_t width, const std::vector<double>& input, CellState& state);

// The gradients of the gates before their functions, (rows, gates hidden), from dy (rows, hidden).
// `gradient` holds that of the final state, and in the end that of the initial one.
std::vector<double> run_cell_backward(const RnnShape& shape, const CellWeights& weights,
                                      const Sequences& sequences, const CellTrace& trace,
                                      const CellState& initial, const std::vector<double>& dy,
                                      CellState& gradient);

// The gradients of the recurrent part, R h + b, of every gate: a GRU's new gate has it through its
// reset gate, all others as they are.
std::vector<double> recurrent_gradients(const RnnShape& shape, const CellTrace& trace,
                                        const std::vector<double>& gates_gradient);

// The hidden states before every row, (rows, hidden).
std::vector<double> previous_hidden(const RnnShape& shape, const Sequences& sequences,
                                    const CellTrace& trace, const std::vector<double>& initial);
