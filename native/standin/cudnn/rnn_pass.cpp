#include "rnn_pass.h"

#include <algorithm>
#include <cstring>

Sequences RnnPass::sequences(size_t pseudo) const {
    return {x.lengths, static_cast<size_t>(x.steps), static_cast<size_t>(x.batch),
            pseudo % shape.directions == 1};
}

size_t RnnPass::rows() const { return static_cast<size_t>(x.steps) * static_cast<size_t>(x.batch); }

size_t RnnPass::part_count(Part part, size_t layer) const {
    switch (part) {
        case Part::Gates:
        case Part::Gradients:
            return rows() * shape.gates * shape.hidden;
        case Part::Input:
        case Part::Factor:
            return layer == 0 ? 0 : rows() * shape.width(layer);
        default:
            return rows() * shape.hidden;
    }
}

namespace {

constexpr Part PARTS[] = {Part::Gates, Part::Hidden, Part::Extra,
                          Part::Input, Part::Factor, Part::Gradients};

bool is_per_layer(Part part) { return part == Part::Input || part == Part::Factor; }

}  // namespace

size_t RnnPass::part_at(Part part, size_t index) const {
    size_t at = 0;
    for (Part each : PARTS) {
        size_t parts = is_per_layer(each) ? shape.layers : shape.pseudo_layers();
        size_t before = each == part ? index : parts;
        for (size_t i = 0; i < before; i++) at += part_count(each, i);
        if (each == part) break;
    }
    return at * sizeof(double);
}

size_t RnnPass::reserve_bytes() const { return part_at(Part::Gradients, shape.pseudo_layers()); }

// A step's gates.
size_t RnnPass::workspace_bytes() const {
    return sizeof(double) * static_cast<size_t>(x.batch) * shape.gates * shape.hidden;
}

std::vector<double> RnnPass::load(const char* call, Part part, size_t index) const {
    size_t count = part_count(part, index);
    const char* at = reserve + part_at(part, index);
    standin::device(call, "reserveSpace", at, count * sizeof(double), standin::Access::Read);
    std::vector<double> values(count);
    std::memcpy(values.data(), at, count * sizeof(double));
    return values;
}

void RnnPass::save(const char* call, Part part, size_t index,
                   const std::vector<double>& values) const {
    char* at = reserve + part_at(part, index);
    standin::device(call, "reserveSpace", at, values.size() * sizeof(double),
                    standin::Access::Write);
    std::memcpy(at, values.data(), values.size() * sizeof(double));
}

CellTrace RnnPass::trace(const char* call, size_t pseudo) const {
    return {load(call, Part::Gates, pseudo), load(call, Part::Hidden, pseudo),
            load(call, Part::Extra, pseudo)};
}

std::vector<double> RnnPass::read_weights(const char* call) const {
    const int dims[] = {1, static_cast<int>(shape.weights())};
    return read(call, "weightSpace", dense_tensor(CUDNN_TENSOR_NCHW, shape.type, 2, dims), weights);
}

void RnnPass::check_lengths(const char* call) const {
    if (device_lengths == nullptr) return;
    standin::device(call, "devSeqLengths", device_lengths, x.lengths.size() * sizeof(int),
                    standin::Access::Read);
    if (!std::equal(x.lengths.begin(), x.lengths.end(), device_lengths)) {
        standin::fail(call, "devSeqLengths differs from the lengths of the data descriptor");
    }
}

Tensor RnnPass::state() const {
    const int dims[] = {static_cast<int>(shape.pseudo_layers()), x.batch,
                        static_cast<int>(shape.hidden)};
    return dense_tensor(CUDNN_TENSOR_NCHW, shape.type, 3, dims);
}

std::vector<double> RnnPass::read_state(const char* call, const char* argument,
                                        const void* p) const {
    if (p == nullptr) return std::vector<double>(state().count(), 0.0);
    return read(call, argument, state(), p);
}

void RnnPass::write_state(const char* call, const char* argument, void* p,
                          const std::vector<double>& values) const {
    if (p != nullptr) write(call, argument, state(), p, values);
}

namespace {

void check_data(const RnnDescriptor& d, const RnnDataDescriptor& x, const RnnDataDescriptor& y) {
    require(x.type == d.type && y.type == d.type && x.layout == y.layout);
    require(x.steps == y.steps && x.batch == y.batch && x.lengths == y.lengths);
    require(x.vector == d.input_size);
    require(y.vector == d.hidden_size * (d.bidirectional ? 2 : 1));
    // Without padded input and output only packed sequences are taken.
    require(d.flags == 1 || x.layout == CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED);
}

}  // namespace

RnnPass rnn_pass(const RnnDescriptor* descriptor, const int* device_lengths,
                 const RnnDataDescriptor* x, const RnnDataDescriptor* y,
                 const TensorDescriptor* h_desc, const TensorDescriptor* c_desc,
                 const RnnSpaces& spaces, bool training) {
    const RnnDescriptor& d = rnn(descriptor);
    RnnPass pass = {shape_of(d),
                    rnn_data(x, "xDesc"),
                    rnn_data(y, "yDesc"),
                    d.dropout == nullptr ? DropoutDescriptor() : live(d.dropout, "dropoutDesc"),
                    device_lengths,
                    spaces.weights,
                    spaces.workspace,
                    static_cast<char*>(spaces.reserve)};
    check_data(d, pass.x, pass.y);
    for (const TensorDescriptor* each : {h_desc, c_desc}) {
        if (each != nullptr) require(tensor(each, "hDesc or cDesc").same_layout(pass.state()));
    }
    require(spaces.weights != nullptr && spaces.weight_bytes >= pass.shape.weight_bytes());
    require(spaces.workspace != nullptr && spaces.workspace_bytes >= pass.workspace_bytes());
    require(!training ||
            (spaces.reserve != nullptr && spaces.reserve_bytes >= pass.reserve_bytes()));
    return pass;
}

CellState slice(const RnnPass& pass, size_t pseudo, const std::vector<double>& h,
                const std::vector<double>& c) {
    size_t count = static_cast<size_t>(pass.x.batch) * pass.shape.hidden;
    auto part = [&](const std::vector<double>& all) {
        const double* from = all.data() + pseudo * count;
        return std::vector<double>(from, from + count);
    };
    return {part(h), part(c)};
}

void put_back(const RnnPass& pass, size_t pseudo, const CellState& state, std::vector<double>& h,
              std::vector<double>& c) {
    size_t count = static_cast<size_t>(pass.x.batch) * pass.shape.hidden;
    std::copy(state.h.begin(), state.h.end(), h.data() + pseudo * count);
    std::copy(state.c.begin(), state.c.end(), c.data() + pseudo * count);
}
