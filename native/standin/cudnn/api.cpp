#include "api.h"

#include <mutex>
#include <new>
#include <string>
#include <unordered_map>

#include "common/locked.h"
#include "sublibraries.h"

namespace {

thread_local const char* running = "cuDNN";

std::mutex mutex;

std::unordered_map<const void*, std::string>& objects() {
    static auto* map = new std::unordered_map<const void*, std::string>();
    return *map;
}

bool is_object(const void* object, const char* kind) {
    std::lock_guard<std::mutex> guard(mutex);
    auto found = objects().find(object);
    return found != objects().end() && found->second == kind;
}

}  // namespace

const char* current_call() { return running; }

Status answer(const char* call, const std::function<void(const char* call)>& body) {
    standin::Counted counted;
    running = call;
    if (!has_libraries_of(call)) return CUDNN_STATUS_SUBLIBRARY_UNAVAILABLE;
    try {
        body(call);
        return CUDNN_STATUS_SUCCESS;
    } catch (const Refusal& refusal) {
        keep_last_error(refusal.text);
        return refusal.status;
    } catch (const std::bad_alloc&) {
        return CUDNN_STATUS_ALLOC_FAILED;
    }
}

void add_object(const void* object, const char* kind) {
    std::lock_guard<std::mutex> guard(mutex);
    objects()[object] = kind;
    standin::count(kind, 1);
}

void remove_object(const void* object, const char* kind, const char* argument) {
    check_object(object, kind, argument);
    std::lock_guard<std::mutex> guard(mutex);
    objects().erase(object);
    standin::count(kind, -1);
}

void check_object(const void* object, const char* kind, const char* argument) {
    if (is_object(object, kind)) return;
    standin::fail(current_call(), std::string(argument) + " is no live " + kind);
}

void submit(Handle* handle, const char* call, std::function<void()> work) {
    if (!standin::submit(live(handle, "handle").stream, call, std::move(work))) {
        throw Refusal{CUDNN_STATUS_EXECUTION_FAILED, "the context or the capture is broken"};
    }
}

double scalar(const void* value, DataType type) {
    require(value != nullptr);
    return type == CUDNN_DATA_DOUBLE ? *static_cast<const double*>(value)
                                     : *static_cast<const float*>(value);
}

Scale scale(const void* alpha, const void* beta, DataType type) {
    return {scalar(alpha, type), scalar(beta, type)};
}

Tensor tensor(const TensorDescriptor* descriptor, const char* argument) {
    const Tensor& result = live(descriptor, argument).tensor;
    require(result.rank > 0);
    return result;
}

bool is_floating(DataType type) {
    return type == CUDNN_DATA_FLOAT || type == CUDNN_DATA_DOUBLE || type == CUDNN_DATA_HALF ||
           type == CUDNN_DATA_BFLOAT16;
}
