// A recurrent network backward: first the data's gradients, then, from what that call left in the
// reserve space, the weights'.
#include "math/product.h"
#include "rnn_pass.h"

namespace {

// One direction's part of gradients that lie side by side.
std::vector<double> take_beside(const RnnPass& pass, size_t direction,
                                const std::vector<double>& all) {
    size_t width = pass.shape.hidden, wide = width * pass.shape.directions;
    std::vector<double> part(pass.rows() * width);
    for (size_t i = 0; i < part.size(); i++) {
        part[i] = all[i / width * wide + direction * width + i % width];
    }
    return part;
}

struct BackwardData {
    RnnPass pass;
    const void* y;
    const void* dy;
    void* dx;
    const void* hx;
    const void* dhy;
    void* dhx;
    const void* cx;
    const void* dcy;
    void* dcx;

    void run(const char* call) const {
        const RnnShape& shape = pass.shape;
        pass.check_lengths(call);
        use_workspace(call, pass.workspace, pass.workspace_bytes());
        read_sequences(call, "y", pass.y, y);
        const std::vector<double> space = pass.read_weights(call);
        const std::vector<double> h = pass.read_state(call, "hx", hx);
        const std::vector<double> c = pass.read_state(call, "cx", cx);
        std::vector<double> dh = pass.read_state(call, "dhy", dhy);
        std::vector<double> dc = pass.read_state(call, "dcy", dcy);
        std::vector<double> gradient = read_sequences(call, "dy", pass.y, dy);
        for (size_t layer = shape.layers; layer-- > 0;) {
            size_t width = shape.width(layer), wide = shape.gates * shape.hidden;
            std::vector<double> below(pass.rows() * width, 0.0);
            for (size_t direction = 0; direction < shape.directions; direction++) {
                size_t pseudo = layer * shape.directions + direction;
                const CellWeights weights = cell_weights(shape, pseudo, space);
                CellState state = slice(pass, pseudo, dh, dc);
                const std::vector<double> dgates = run_cell_backward(
                    shape, weights, pass.sequences(pseudo), pass.trace(call, pseudo),
                    slice(pass, pseudo, h, c), take_beside(pass, direction, gradient), state);
                put_back(pass, pseudo, state, dh, dc);
                pass.save(call, Part::Gradients, pseudo, dgates);
                standin::multiply_add(shape.sums(), pass.rows(), width, wide, dgates.data(), wide,
                                      weights.w.data(), width, below.data(), width);
            }
            if (layer > 0) undo_dropout(call, layer, below);
            gradient.swap(below);
        }
        write_sequences(call, "dx", pass.x, dx, gradient);
        pass.write_state(call, "dhx", dhx, dh);
        if (shape.mode == CUDNN_LSTM) pass.write_state(call, "dcx", dcx, dc);
    }

 private:
    void undo_dropout(const char* call, size_t layer, std::vector<double>& gradient) const {
        std::vector<double> factors = pass.load(call, Part::Factor, layer);
        for (size_t i = 0; i < gradient.size(); i++) gradient[i] *= factors[i];
    }
};

struct BackwardWeights {
    RnnPass pass;
    const void* x;
    const void* hx;
    const void* y;
    void* dweights;

    void run(const char* call) const {
        const RnnShape& shape = pass.shape;
        pass.check_lengths(call);
        use_workspace(call, pass.workspace, pass.workspace_bytes());
        read_sequences(call, "y", pass.y, y);
        const std::vector<double> initial = pass.read_state(call, "hx", hx);
        const std::vector<double> none(initial.size(), 0.0);
        std::vector<double> sums(shape.weights(), 0.0);
        for (size_t pseudo = 0; pseudo < shape.pseudo_layers(); pseudo++) {
            size_t layer = pseudo / shape.directions;
            const CellTrace trace = pass.trace(call, pseudo);
            const std::vector<double> dgates = pass.load(call, Part::Gradients, pseudo);
            const std::vector<double> recurrent = recurrent_gradients(shape, trace, dgates);
            const std::vector<double> input = layer == 0 ? read_sequences(call, "x", pass.x, x)
                                                         : pass.load(call, Part::Input, layer);
            const std::vector<double> before = previous_hidden(
                shape, pass.sequences(pseudo), trace, slice(pass, pseudo, initial, none).h);
            add_products(dgates, input, shape.width(layer), sums.data() + shape.w_at(pseudo));
            add_products(recurrent, before, shape.hidden, sums.data() + shape.r_at(pseudo));
            if (shape.has_input_bias()) {
                add_rows(dgates, sums.data() + shape.input_bias_at(pseudo));
            }
            if (shape.has_recurrent_bias()) {
                add_rows(recurrent, sums.data() + shape.recurrent_bias_at(pseudo));
            }
        }
        const int dims[] = {1, static_cast<int>(shape.weights())};
        write(call, "dweightSpace", dense_tensor(CUDNN_TENSOR_NCHW, shape.type, 2, dims), dweights,
              sums, Scale{1, 1});
    }

 private:
    // to (gates hidden, width) += gradientsᵀ values.
    void add_products(const std::vector<double>& gradients, const std::vector<double>& values,
                      size_t width, double* to) const {
        size_t wide = pass.shape.gates * pass.shape.hidden;
        std::vector<double> across(gradients.size());
        standin::transpose(pass.rows(), wide, gradients.data(), across.data());
        standin::multiply_add(pass.shape.sums(), wide, width, pass.rows(), across.data(), pass.rows(), values.data(),
                              width, to, width);
    }

    void add_rows(const std::vector<double>& gradients, double* to) const {
        size_t wide = pass.shape.gates * pass.shape.hidden;
        for (size_t i = 0; i < gradients.size(); i++) {
            to[i % wide] = standin::held(pass.shape.sums(), to[i % wide] + gradients[i]);
        }
    }
};

}  // namespace

CUDNN_CALL(cudnnRNNBackwardData_v8)
(Handle* handle, const RnnDescriptor* descriptor, const int* device_lengths,
 const RnnDataDescriptor* y_desc, const void* y, const void* dy, const RnnDataDescriptor* x_desc,
 void* dx, const TensorDescriptor* h_desc, const void* hx, const void* dhy, void* dhx,
 const TensorDescriptor* c_desc, const void* cx, const void* dcy, void* dcx, size_t weight_bytes,
 const void* weights, size_t workspace_bytes, void* workspace, size_t reserve_bytes,
 void* reserve) {
    return answer(__func__, [&](const char* call) {
        require(y != nullptr && dy != nullptr && dx != nullptr);
        require(h_desc != nullptr || (hx == nullptr && dhy == nullptr && dhx == nullptr));
        require(c_desc != nullptr || (cx == nullptr && dcy == nullptr && dcx == nullptr));
        const BackwardData backward = {
            rnn_pass(descriptor, device_lengths, x_desc, y_desc, h_desc, c_desc,
                     {weight_bytes, weights, workspace_bytes, workspace, reserve_bytes, reserve},
                     true),
            y,
            dy,
            dx,
            hx,
            dhy,
            dhx,
            cx,
            dcy,
            dcx};
        submit(handle, call, [=] { backward.run(call); });
    });
}

// Adds to the weights' gradients. The mode that sets them instead is not done, as in the cuDNN
// releases that document adding as the only one: clear them first.
CUDNN_CALL(cudnnRNNBackwardWeights_v8)
(Handle* handle, const RnnDescriptor* descriptor, int mode, const int* device_lengths,
 const RnnDataDescriptor* x_desc, const void* x, const TensorDescriptor* h_desc, const void* hx,
 const RnnDataDescriptor* y_desc, const void* y, size_t weight_bytes, void* dweights,
 size_t workspace_bytes, void* workspace, size_t reserve_bytes, void* reserve) {
    return answer(__func__, [&](const char* call) {
        require(mode == 0 || mode == 1);
        support(mode == 0);
        require(x != nullptr && y != nullptr && (h_desc != nullptr || hx == nullptr));
        const BackwardWeights backward = {
            rnn_pass(descriptor, device_lengths, x_desc, y_desc, h_desc, nullptr,
                     {weight_bytes, dweights, workspace_bytes, workspace, reserve_bytes, reserve},
                     true),
            x, hx, y, dweights};
        submit(handle, call, [=] { backward.run(call); });
    });
}
