#include "rnn_cell.h"

#include <algorithm>
#include <cmath>

#include "math/product.h"

bool Sequences::has(size_t s, size_t b) const { return static_cast<int>(s) < lengths[b]; }

size_t Sequences::row(size_t s, size_t b) const {
    size_t step = reversed ? static_cast<size_t>(lengths[b]) - 1 - s : s;
    return step * batch + b;
}

CellWeights cell_weights(const RnnShape& shape, size_t pseudo, const std::vector<double>& space) {
    auto part = [&](size_t begin, size_t count) {
        const double* from = space.data() + begin;
        return std::vector<double>(from, from + count);
    };
    size_t biases = shape.gates * shape.hidden;
    std::vector<double> none(biases, 0.0);
    return {part(shape.w_at(pseudo), shape.w_count(pseudo)),
            part(shape.r_at(pseudo), shape.r_count()),
            shape.has_input_bias() ? part(shape.input_bias_at(pseudo), biases) : none,
            shape.has_recurrent_bias() ? part(shape.recurrent_bias_at(pseudo), biases) : none};
}

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// One sequence at one step: rows of the gates, of W x + b, of R h + b, and of the state.
struct Step {
    RnnMode mode;
    standin::Number number;
    size_t hidden;
    const double* from_input;
    const double* recurrent;
    double* gates;
    double* extra;
    double* h;
    double* c;

    void run(size_t j) const {
        switch (mode) {
            case CUDNN_LSTM:
                return lstm(j);
            case CUDNN_GRU:
                return gru(j);
            default:
                return plain(j);
        }
    }

 private:
    double sum(size_t gate, size_t j) const {
        return from_input[gate * hidden + j] + recurrent[gate * hidden + j];
    }

    void plain(size_t j) const {
        double x = sum(0, j);
        gates[j] = mode == CUDNN_RNN_TANH ? std::tanh(x) : std::max(x, 0.0);
        h[j] = standin::rounded(number, gates[j]);
    }

    void lstm(size_t j) const {
        double input = sigmoid(sum(0, j)), forget = sigmoid(sum(1, j));
        double fresh = std::tanh(sum(2, j)), output = sigmoid(sum(3, j));
        c[j] = standin::rounded(number, forget * c[j] + input * fresh);
        h[j] = standin::rounded(number, output * std::tanh(c[j]));
        const double values[] = {input, forget, fresh, output};
        for (size_t gate = 0; gate < 4; gate++) gates[gate * hidden + j] = values[gate];
        extra[j] = c[j];
    }

    void gru(size_t j) const {
        double reset = sigmoid(sum(0, j)), update = sigmoid(sum(1, j));
        extra[j] = recurrent[2 * hidden + j];
        double fresh = std::tanh(from_input[2 * hidden + j] + reset * extra[j]);
        h[j] = standin::rounded(number, (1 - update) * fresh + update * h[j]);
        const double values[] = {reset, update, fresh};
        for (size_t gate = 0; gate < 3; gate++) gates[gate * hidden + j] = values[gate];
    }
};

// One element of one sequence at one step, backward: the gates' values at j, the gradient of the
// output, and where the gradients of the gates, of h and of c before the step go.
struct BackStep {
    RnnMode mode;
    size_t hidden;
    const double* gates;
    const double* extra;
    const double* h_before;
    const double* c_before;
    double* dgates;

    // Returns what of dh goes straight to the step before; dc becomes the gradient before the step.
    double run(size_t j, double dh, double& dc) const {
        switch (mode) {
            case CUDNN_LSTM:
                return lstm(j, dh, dc);
            case CUDNN_GRU:
                return gru(j, dh);
            case CUDNN_RNN_TANH:
                dgates[j] = dh * (1 - gates[j] * gates[j]);
                return 0;
            default:
                dgates[j] = gates[j] > 0 ? dh : 0;
                return 0;
        }
    }

 private:
    double lstm(size_t j, double dh, double& dc) const {
        double input = gates[j], forget = gates[hidden + j];
        double fresh = gates[2 * hidden + j], output = gates[3 * hidden + j];
        double t = std::tanh(extra[j]);
        dc += dh * output * (1 - t * t);
        dgates[j] = dc * fresh * input * (1 - input);
        dgates[hidden + j] = dc * c_before[j] * forget * (1 - forget);
        dgates[2 * hidden + j] = dc * input * (1 - fresh * fresh);
        dgates[3 * hidden + j] = dh * t * output * (1 - output);
        dc *= forget;
        return 0;
    }

    double gru(size_t j, double dh) const {
        double reset = gates[j], update = gates[hidden + j], fresh = gates[2 * hidden + j];
        double dfresh = dh * (1 - update) * (1 - fresh * fresh);
        dgates[j] = dfresh * extra[j] * reset * (1 - reset);
        dgates[hidden + j] = dh * (h_before[j] - fresh) * update * (1 - update);
        dgates[2 * hidden + j] = dfresh;
        return dh * update;
    }
};

void add_bias(std::vector<double>& rows, const std::vector<double>& bias) {
    for (size_t i = 0; i < rows.size(); i++) rows[i] += bias[i % bias.size()];
}

}  // namespace

CellTrace run_cell(const RnnShape& shape, const CellWeights& weights, const Sequences& sequences,
                   size_t width, const std::vector<double>& input, CellState& state) {
    size_t rows = sequences.rows(), batch = sequences.batch, hidden = shape.hidden;
    size_t wide = shape.gates * hidden;
    CellTrace trace = {std::vector<double>(rows * wide, 0.0),
                       std::vector<double>(rows * hidden, 0.0),
                       std::vector<double>(rows * hidden, 0.0)};
    std::vector<double> from_input(rows * wide, 0.0), across(wide * hidden);
    standin::multiply_add_transposed(shape.sums(), rows, wide, width, input.data(), width, weights.w.data(),
                                     width, from_input.data(), wide);
    add_bias(from_input, weights.input_bias);
    standin::transpose(wide, hidden, weights.r.data(), across.data());
    for (size_t s = 0; s < sequences.steps; s++) {
        std::vector<double> recurrent(batch * wide, 0.0);
        standin::multiply_add(shape.sums(), batch, wide, hidden, state.h.data(), hidden, across.data(), wide,
                              recurrent.data(), wide);
        add_bias(recurrent, weights.recurrent_bias);
        for (size_t b = 0; b < batch; b++) {
            if (!sequences.has(s, b)) continue;
            size_t row = sequences.row(s, b);
            const Step step = {shape.mode,
                               number_of(shape.type),
                               hidden,
                               from_input.data() + row * wide,
                               recurrent.data() + b * wide,
                               trace.gates.data() + row * wide,
                               trace.extra.data() + row * hidden,
                               state.h.data() + b * hidden,
                               state.c.data() + b * hidden};
            for (size_t j = 0; j < hidden; j++) step.run(j);
            std::copy_n(step.h, hidden, trace.hidden.data() + row * hidden);
        }
    }
    return trace;
}

std::vector<double> run_cell_backward(const RnnShape& shape, const CellWeights& weights,
                                      const Sequences& sequences, const CellTrace& trace,
                                      const CellState& initial, const std::vector<double>& dy,
                                      CellState& gradient) {
    size_t batch = sequences.batch, hidden = shape.hidden, wide = shape.gates * hidden;
    std::vector<double> dgates(sequences.rows() * wide, 0.0);
    std::vector<double> before = previous_hidden(shape, sequences, trace, initial.h);
    for (size_t s = sequences.steps; s-- > 0;) {
        for (size_t b = 0; b < batch; b++) {
            if (!sequences.has(s, b)) continue;
            size_t row = sequences.row(s, b);
            const double* c_before = s == 0 ? initial.c.data() + b * hidden
                                            : trace.extra.data() + sequences.row(s - 1, b) * hidden;
            const BackStep step = {shape.mode,
                                   hidden,
                                   trace.gates.data() + row * wide,
                                   trace.extra.data() + row * hidden,
                                   before.data() + row * hidden,
                                   c_before,
                                   dgates.data() + row * wide};
            double* dh = gradient.h.data() + b * hidden;
            double* dc = gradient.c.data() + b * hidden;
            for (size_t j = 0; j < hidden; j++) {
                dh[j] = step.run(j, dh[j] + dy[row * hidden + j], dc[j]);
            }
            for (size_t i = 0; i < wide; i++) {
                double part = step.dgates[i];
                if (shape.mode == CUDNN_GRU && i >= 2 * hidden) part *= step.gates[i - 2 * hidden];
                const double* r = weights.r.data() + i * hidden;
                for (size_t j = 0; j < hidden; j++) {
                    dh[j] = standin::held(shape.sums(), dh[j] + part * r[j]);
                }
            }
        }
    }
    return dgates;
}

std::vector<double> recurrent_gradients(const RnnShape& shape, const CellTrace& trace,
                                        const std::vector<double>& gates_gradient) {
    std::vector<double> result = gates_gradient;
    if (shape.mode != CUDNN_GRU) return result;
    size_t hidden = shape.hidden, wide = 3 * hidden;
    for (size_t i = 0; i < result.size(); i++) {
        if (i % wide >= 2 * hidden) result[i] *= trace.gates[i - 2 * hidden];
    }
    return result;
}

std::vector<double> previous_hidden(const RnnShape& shape, const Sequences& sequences,
                                    const CellTrace& trace, const std::vector<double>& initial) {
    size_t hidden = shape.hidden;
    std::vector<double> before(sequences.rows() * hidden, 0.0);
    for (size_t s = 0; s < sequences.steps; s++) {
        for (size_t b = 0; b < sequences.batch; b++) {
            if (!sequences.has(s, b)) continue;
            const double* from = s == 0 ? initial.data() + b * hidden
                                        : trace.hidden.data() + sequences.row(s - 1, b) * hidden;
            std::copy_n(from, hidden, before.data() + sequences.row(s, b) * hidden);
        }
    }
    return before;
}
