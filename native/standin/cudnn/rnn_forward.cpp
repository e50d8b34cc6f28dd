// A recurrent network forward, in training and in inference.
#include "rnn_pass.h"

CUDNN_CALL(cudnnGetRNNTempSpaceSizes)
(Handle* handle, const RnnDescriptor* descriptor, int mode, const RnnDataDescriptor* x,
 size_t* workspace, size_t* reserve) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(mode == 0 || mode == 1);
        const RnnDescriptor& d = rnn(descriptor);
        RnnPass pass = {};
        pass.shape = shape_of(d);
        pass.x = rnn_data(x, "xDesc");
        require(pass.x.type == d.type && pass.x.vector == d.input_size);
        answer_with(workspace, pass.workspace_bytes());
        answer_with(reserve, mode == 1 ? pass.reserve_bytes() : size_t{0});
    });
}

namespace {

// The outputs of both directions side by side, (rows, directions hidden).
void put_beside(const RnnPass& pass, size_t direction, const std::vector<double>& hidden,
                std::vector<double>& output) {
    size_t width = pass.shape.hidden, all = width * pass.shape.directions;
    for (size_t i = 0; i < hidden.size(); i++) {
        output[i / width * all + direction * width + i % width] = hidden[i];
    }
}

// Multiplies a layer's input by dropout's factors, and saves both.
void drop(const RnnPass& pass, const char* call, size_t layer, std::vector<double>& input) {
    std::vector<bool> mask = draw_mask(call, pass.dropout, input.size());
    std::vector<double> factors(input.size());
    for (size_t i = 0; i < input.size(); i++) {
        factors[i] = mask[i] ? keep_factor(pass.dropout) : 0;
        input[i] *= factors[i];
    }
    pass.save(call, Part::Input, layer, input);
    pass.save(call, Part::Factor, layer, factors);
}

struct Forward {
    RnnPass pass;
    bool training;
    const void* x;
    void* y;
    const void* hx;
    void* hy;
    const void* cx;
    void* cy;

    void run(const char* call) const {
        const RnnShape& shape = pass.shape;
        pass.check_lengths(call);
        use_workspace(call, pass.workspace, pass.workspace_bytes());
        const std::vector<double> space = pass.read_weights(call);
        std::vector<double> h = pass.read_state(call, "hx", hx);
        std::vector<double> c = pass.read_state(call, "cx", cx);
        std::vector<double> input = read_sequences(call, "x", pass.x, x);
        for (size_t layer = 0; layer < shape.layers; layer++) {
            if (layer > 0 && training) drop(pass, call, layer, input);
            std::vector<double> output(pass.rows() * shape.hidden * shape.directions);
            for (size_t direction = 0; direction < shape.directions; direction++) {
                size_t pseudo = layer * shape.directions + direction;
                CellState state = slice(pass, pseudo, h, c);
                const CellTrace trace =
                    run_cell(shape, cell_weights(shape, pseudo, space), pass.sequences(pseudo),
                             shape.width(layer), input, state);
                put_back(pass, pseudo, state, h, c);
                put_beside(pass, direction, trace.hidden, output);
                if (training) save(call, pseudo, trace);
            }
            input.swap(output);
        }
        write_sequences(call, "y", pass.y, y, input);
        pass.write_state(call, "hy", hy, h);
        if (shape.mode == CUDNN_LSTM) pass.write_state(call, "cy", cy, c);
    }

 private:
    void save(const char* call, size_t pseudo, const CellTrace& trace) const {
        pass.save(call, Part::Gates, pseudo, trace.gates);
        pass.save(call, Part::Hidden, pseudo, trace.hidden);
        pass.save(call, Part::Extra, pseudo, trace.extra);
    }
};

}  // namespace

CUDNN_CALL(cudnnRNNForward)
(Handle* handle, const RnnDescriptor* descriptor, int mode, const int* device_lengths,
 const RnnDataDescriptor* x_desc, const void* x, const RnnDataDescriptor* y_desc, void* y,
 const TensorDescriptor* h_desc, const void* hx, void* hy, const TensorDescriptor* c_desc,
 const void* cx, void* cy, size_t weight_bytes, const void* weights, size_t workspace_bytes,
 void* workspace, size_t reserve_bytes, void* reserve) {
    return answer(__func__, [&](const char* call) {
        require(mode == 0 || mode == 1);
        require(x != nullptr && y != nullptr);
        require(h_desc != nullptr || (hx == nullptr && hy == nullptr));
        require(c_desc != nullptr || (cx == nullptr && cy == nullptr));
        const Forward forward = {
            rnn_pass(descriptor, device_lengths, x_desc, y_desc, h_desc, c_desc,
                     {weight_bytes, weights, workspace_bytes, workspace, reserve_bytes, reserve},
                     mode == 1),
            mode == 1,
            x,
            y,
            hx,
            hy,
            cx,
            cy};
        submit(handle, call, [=] { forward.run(call); });
    });
}
