// What every entry point uses: refusals as status codes, live objects, the handle.
//
//     CUDNN_CALL(cudnnAddTensor)(Handle* handle, const void* alpha, ...) {
//         return answer(__func__, [&](const char* call) {
//             const Tensor a = tensor(aDesc, "aDesc");
//             require(...);                                   // or CUDNN_STATUS_BAD_PARAM
//             support(...);                                   // or CUDNN_STATUS_NOT_SUPPORTED
//             submit(handle, call, [=] { ... });              // a copy of all it needs
//         });
//     }
#pragma once

#include <functional>
#include <memory>

#include "common/standin.h"
#include "tensor.h"
#include "types.h"

#define CUDNN_CALL(name) extern "C" STANDIN_API Status name

// Thrown by what cannot be done; answer() turns it into the status, and keeps the text.
struct Refusal {
    Status status;
    const char* text = "";
};

inline void demand(bool condition, Status status, const char* text) {
    if (!condition) throw Refusal{status, text};
}

#define require(...) demand((__VA_ARGS__), CUDNN_STATUS_BAD_PARAM, "expected " #__VA_ARGS__)
#define support(...) \
    demand((__VA_ARGS__), CUDNN_STATUS_NOT_SUPPORTED, "unsupported unless " #__VA_ARGS__)

// What cudnnGetLastErrorString gives to this thread.
void keep_last_error(const char* text);

// The entry point that this thread is in.
const char* current_call();

Status answer(const char* call, const std::function<void(const char* call)>& body);

struct Handle {
    static constexpr const char* KIND = "cuDNN handle";
    CUstream_st* stream = nullptr;
};

// Live objects by address. An address that is none of them ends the run: to cuDNN it would be
// undefined behaviour.
void add_object(const void* object, const char* kind);
void remove_object(const void* object, const char* kind, const char* argument);
void check_object(const void* object, const char* kind, const char* argument);

template <class T>
void create(T** object) {
    require(object != nullptr);
    *object = new T();
    add_object(*object, T::KIND);
}

// Null is no error, as in cuDNN.
template <class T>
void destroy(T* object, const char* argument) {
    if (object == nullptr) return;
    remove_object(object, T::KIND, argument);
    delete object;
}

template <class T>
T& live(T* object, const char* argument) {
    require(object != nullptr);
    check_object(object, std::remove_const_t<T>::KIND, argument);
    return *object;
}

// Runs the work in the order of the handle's stream.
void submit(Handle* handle, const char* call, std::function<void()> work);

// alpha and beta for tensors of the type, read now.
Scale scale(const void* alpha, const void* beta, DataType type);

// One host scalar for tensors of the type.
double scalar(const void* value, DataType type);

struct TensorDescriptor {
    static constexpr const char* KIND = "cuDNN tensor descriptor";
    Tensor tensor;
};

// The descriptor's tensor; refused where it was never set.
Tensor tensor(const TensorDescriptor* descriptor, const char* argument);

// True for float, double, half and bfloat16.
bool is_floating(DataType type);

// Checks and sets dense dimensions, as the setters of tensors and filters want them.
Tensor dense_tensor(Format format, DataType type, int rank, const int* dims);

template <class T>
void answer_with(T* to, T value) {
    if (to != nullptr) *to = value;
}
