// The elementwise part of a step of a recurrent layer, in one direction, and what surrounds it.
//
//   sizes: a sequence n of N, step t of T, element j of H, direction d of D, gates G
//
//   lengths      (N)            L = lengths[n]; null where all sequences have T steps
//   b_ih, b_hh   (G H)          in blocks of H: i, f, g, o of LSTM; r, z, n of GRU
//   v            (N, G H)       w_hh h'
//   gates        (N, T, G H)    w_ih x before recurrent_forward, the activated gates afterwards
//   kept         (N, T, H)      LSTM's c, GRU's w_hn h' + b_hn
//   h, c         (D, N, H)      the state before the step, and after it
//   y            (N, T, D H)
//   h0, c0       (D, N, H)      the states in the beginning; null for zeros
//
//   a = gates + v + b_ih + b_hh
//   RNN     h = f(a)
//   LSTM    i, f, o = sigmoid(a)    g = tanh(a)    c = f c' + i g    h = o tanh(c)
//   GRU     r, z = sigmoid(a)    n = tanh(gates + b_in + r kept)    h = (1 - z) n + z h'
//
// recurrent_backward, with da the gradient of what a gate's function is taken of:
//
//   dh, dc       (D, N, H)      of the state after the step; of the one before, without what comes
//                               by v, afterwards
//   du, dv       (N, T, G H)    of w_ih x and of v; the same tensor, but for GRU
//   before       (N, T, H)      h'
//
//   dh += dy
//   RNN     da = f' dh
//   LSTM    da_o = o' tanh(c) dh    dc += o tanh'(c) dh
//           da_i = i' g dc    da_f = f' c' dc    da_g = g' i dc    dc' = f dc
//   GRU     da_n = n' (1 - z) dh    da_z = z' (h' - n) dh    da_r = r' kept da_n    dv_n = r da_n
//           dh' = z dh
//
// Behind a sequence's end y is 0, du, dv and before are 0, and the state and its gradient stay as
// they are: so the second direction begins at a sequence's last step with the first state.
//
// Launch: any 1-d block and grid, a thread for each of N H elements. Deterministic: no sums.

#include "index.cuh"
#include "length.cuh"
#include "real.cuh"

// operation.RecurrentSpec.Cell
enum Cell { RNN_TANH, RNN_RELU, LSTM, GRU };

// What all steps of a direction share.
struct Layer {
    int cell;
    int batch;
    int steps;
    int hidden;
    int directions;
    int direction;
};

__device__ static int gates_of(int cell) { return cell == LSTM ? 4 : cell == GRU ? 3 : 1; }

__device__ static real sigmoid(real a) {
    real e = exp(-fabs(a));
    return (a >= 0 ? 1 : e) / (1 + e);
}

// f of a plain RNN.
__device__ static real plain(int cell, real a) {
    if (cell == RNN_TANH) return tanh(a);
    if (cell == RNN_RELU) return a > 0 || a != a ? a : 0;
    return (real)nan("");
}

// f' where f is this.
__device__ static real plain_slope(int cell, real f) {
    if (cell == RNN_TANH) return 1 - f * f;
    if (cell == RNN_RELU) return f > 0;
    return (real)nan("");
}

// Where element k of a step's N H is in a state, and in what has T or G of them.
struct Place {
    int n;
    long long state;
    long long kept;
    long long gate;
    long long y;

    __device__ Place(const Layer& s, int t, long long k) {
        n = (unsigned)k / s.hidden;
        int j = (unsigned)k % s.hidden;
        long long step = (long long)n * s.steps + t;
        state = ((long long)s.direction * s.batch + n) * s.hidden + j;
        kept = step * s.hidden + j;
        gate = step * gates_of(s.cell) * s.hidden + j;
        y = (step * s.directions + s.direction) * s.hidden + j;
    }
};

extern "C" __global__ void recurrent_forward(Layer s, int t, const int* lengths, const real* b_ih,
                                             const real* b_hh, const real* v, real* gates,
                                             real* kept, real* h, real* c, real* y) {
    FOR_EACH(k, (long long)s.batch * s.hidden) {
        Place at(s, t, k);
        if (t >= sequence_length(lengths, at.n, s.steps)) {
            y[at.y] = 0;
            continue;
        }
        int width = s.hidden;
        int j = (unsigned)k % width;
        const real* vs = v + (long long)at.n * gates_of(s.cell) * width + j;
        real* g = gates + at.gate;
        real state;
        if (s.cell == LSTM) {
            for (int i = 0; i < 4; i++) {
                real a = g[i * width] + vs[i * width] + b_ih[i * width + j] + b_hh[i * width + j];
                g[i * width] = i == 2 ? tanh(a) : sigmoid(a);
            }
            c[at.state] = g[width] * c[at.state] + g[0] * g[2 * width];
            kept[at.kept] = c[at.state];
            state = g[3 * width] * tanh(c[at.state]);
        } else if (s.cell == GRU) {
            for (int i = 0; i < 2; i++) {
                real a = g[i * width] + vs[i * width] + b_ih[i * width + j] + b_hh[i * width + j];
                g[i * width] = sigmoid(a);
            }
            int last = 2 * width;
            kept[at.kept] = vs[last] + b_hh[last + j];
            g[last] = tanh(g[last] + b_ih[last + j] + g[0] * kept[at.kept]);
            state = (1 - g[width]) * g[last] + g[width] * h[at.state];
        } else {
            real a = g[0] + vs[0] + b_ih[j] + b_hh[j];
            state = plain(s.cell, a);
            g[0] = state;
        }
        h[at.state] = state;
        y[at.y] = state;
    }
}

// LSTM's gradients of one element; gives dc'.
__device__ static real lstm_backward(const real* g, int width, real c, real c_before, real dh,
                                     real dc, real* da) {
    real input = g[0], forget = g[width], candidate = g[2 * width], output = g[3 * width];
    real squashed = tanh(c);
    dc += dh * output * (1 - squashed * squashed);
    da[0] = dc * candidate * input * (1 - input);
    da[width] = dc * c_before * forget * (1 - forget);
    da[2 * width] = dc * input * (1 - candidate * candidate);
    da[3 * width] = dh * squashed * output * (1 - output);
    return dc * forget;
}

// GRU's; gives what of dh' does not come by v.
__device__ static real gru_backward(const real* g, int width, real kept, real h_before, real dh,
                                    real* du, real* dv) {
    real reset = g[0], update = g[width], candidate = g[2 * width];
    real da = dh * (1 - update) * (1 - candidate * candidate);
    du[0] = dv[0] = da * kept * reset * (1 - reset);
    du[width] = dv[width] = dh * (h_before - candidate) * update * (1 - update);
    du[2 * width] = da;
    dv[2 * width] = da * reset;
    return dh * update;
}

extern "C" __global__ void recurrent_backward(Layer s, int t, const int* lengths,
                                              const real* gates, const real* kept, const real* y,
                                              const real* h0, const real* c0, const real* dy,
                                              real* dh, real* dc, real* du, real* dv,
                                              real* before) {
    FOR_EACH(k, (long long)s.batch * s.hidden) {
        Place at(s, t, k);
        int width = s.hidden;
        int length = sequence_length(lengths, at.n, s.steps);
        if (t >= length) {
            for (int i = 0; i < gates_of(s.cell); i++) {
                du[at.gate + i * width] = dv[at.gate + i * width] = 0;
            }
            before[at.kept] = 0;
            continue;
        }
        const real* g = gates + at.gate;
        int back = s.direction == 0 ? -1 : 1;
        bool begins = t + back < 0 || t + back == length;
        real h_before = h0 == nullptr ? 0 : h0[at.state];
        if (!begins) h_before = y[at.y + (long long)back * s.directions * width];
        before[at.kept] = h_before;
        real d = dh[at.state] + dy[at.y];
        if (s.cell == LSTM) {
            real c_before = c0 == nullptr ? 0 : c0[at.state];
            if (!begins) c_before = kept[at.kept + back * width];
            dc[at.state] = lstm_backward(g, width, kept[at.kept], c_before, d, dc[at.state],
                                         du + at.gate);
            dh[at.state] = 0;
        } else if (s.cell == GRU) {
            dh[at.state] =
                gru_backward(g, width, kept[at.kept], h_before, d, du + at.gate, dv + at.gate);
        } else {
            real slope = plain_slope(s.cell, g[0]);
            du[at.gate] = slope * d;
            dh[at.state] = 0;
        }
    }
}

// Copies sequences (N, T, C), with 0 behind their ends.
extern "C" __global__ void copy_steps(const real* x, const int* lengths, real* y, int steps,
                                      int channels, long long n) {
    FOR_EACH(i, n) {
        unsigned step = (unsigned)i / channels;
        bool counts = (int)(step % steps) < sequence_length(lengths, (int)(step / steps), steps);
        y[i] = counts ? x[i] : 0;
    }
}
