#include "api.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "common/locked.h"
#include "handles.h"

Status answer(const char* call, Handle* handle, const std::function<void(const char* call)>& body) {
    standin::Counted counted;
    if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
    check_handle(handle, call);
    try {
        body(call);
        return CUBLAS_STATUS_SUCCESS;
    } catch (const Refusal& refusal) {
        return refusal.status;
    } catch (const std::bad_alloc&) {
        return CUBLAS_STATUS_ALLOC_FAILED;
    }
}

standin::Number number_of(DataType type) {
    switch (type) {
        case CUDA_R_32F:
            return standin::Number::F32;
        case CUDA_R_64F:
            return standin::Number::F64;
        case CUDA_R_16F:
            return standin::Number::F16;
        case CUDA_R_16BF:
            return standin::Number::BF16;
        case CUDA_R_8I:
            return standin::Number::I8;
        case CUDA_R_32I:
            return standin::Number::I32;
        default:
            throw Refusal{CUBLAS_STATUS_NOT_SUPPORTED};
    }
}

Scalar::Scalar(const Handle& handle, const char* name, const void* p, standin::Number type)
    : argument(name), number(type) {
    require(p != nullptr);
    if (handle.pointers == CUBLAS_POINTER_MODE_DEVICE) {
        device = p;
    } else {
        value = standin::load(number, p, 0);
    }
}

double Scalar::get(const char* call) const {
    if (device == nullptr) return value;
    standin::device(call, argument, device, standin::size_of(number), standin::Access::Read);
    return standin::load(number, device, 0);
}

Matrix matrix(const char* argument, standin::Number number, int rows, int columns, int leading) {
    require(rows >= 0 && columns >= 0 && leading >= 1 && leading >= rows);
    return {argument, number, static_cast<size_t>(rows), static_cast<size_t>(columns),
            static_cast<size_t>(leading)};
}

std::vector<double> Matrix::read(const char* call, const void* p) const {
    std::vector<double> values(rows * columns);
    if (values.empty()) return values;
    size_t size = standin::size_of(number);
    standin::device(call, argument, p, columns, rows * size, leading * size, standin::Access::Read);
    standin::with_type(number, [&](auto* type) {
        auto* from = static_cast<const std::remove_pointer_t<decltype(type)>*>(p);
        for (size_t j = 0; j < columns; j++) {
            for (size_t i = 0; i < rows; i++) {
                values[j * rows + i] = standin::decode(from[j * leading + i]);
            }
        }
    });
    return values;
}

void Matrix::write(const char* call, void* p, const std::vector<double>& values, double alpha,
                   double beta) const {
    if (values.empty()) return;
    size_t size = standin::size_of(number);
    standin::device(call, argument, p, columns, rows * size, leading * size,
                    beta == 0 ? standin::Access::Write : standin::Access::ReadWrite);
    standin::with_type(number, [&](auto* type) {
        auto* to = static_cast<std::remove_pointer_t<decltype(type)>*>(p);
        for (size_t j = 0; j < columns; j++) {
            for (size_t i = 0; i < rows; i++) {
                auto* element = to + j * leading + i;
                double value = alpha * values[j * rows + i];
                if (beta != 0) value += beta * standin::decode(*element);
                standin::encode(value, element);
            }
        }
    });
}

Vector vector(const char* argument, standin::Number number, int count, int step) {
    return {argument, number, count > 0 ? static_cast<size_t>(count) : 0, step};
}

void Vector::check(const char* call, const void* p, standin::Access access) const {
    size_t size = standin::size_of(number);
    size_t stride = static_cast<size_t>(std::abs(step));
    if (stride <= 1) {
        standin::device(call, argument, p, (stride == 0 ? 1 : count) * size, access);
    } else {
        standin::device(call, argument, p, count, size, stride * size, access);
    }
}

size_t Vector::at(size_t index) const {
    return step >= 0 ? index * static_cast<size_t>(step)
                     : (count - 1 - index) * static_cast<size_t>(-step);
}

std::vector<double> Vector::read(const char* call, const void* p) const {
    std::vector<double> values(count);
    if (count == 0) return values;
    check(call, p, standin::Access::Read);
    for (size_t i = 0; i < count; i++) values[i] = standin::load(number, p, at(i));
    return values;
}

void Vector::write(const char* call, void* p, const std::vector<double>& values) const {
    if (count == 0) return;
    check(call, p, standin::Access::Write);
    for (size_t i = 0; i < count; i++) standin::store(number, p, at(i), values[i]);
}

void submit(const Handle& handle, const char* call, std::function<void()> work) {
    if (!standin::submit(handle.stream, call, std::move(work))) {
        throw Refusal{CUBLAS_STATUS_EXECUTION_FAILED};
    }
}

void use_workspace(const char* call, const Handle& handle) {
    constexpr size_t USED = 4096;
    size_t bytes = std::min(USED, handle.workspace_bytes);
    if (bytes == 0) return;
    standin::device(call, "workspace", handle.workspace, bytes, standin::Access::Write);
    std::memset(handle.workspace, 0xff, bytes);
}

void submit_result(Handle& handle, const char* call, void* result, standin::Number number,
                   std::function<double()> compute) {
    require(result != nullptr);
    bool on_device = handle.pointers == CUBLAS_POINTER_MODE_DEVICE;
    if (!on_device && standin::is_capturing(handle.stream)) {
        throw Refusal{CUBLAS_STATUS_EXECUTION_FAILED};
    }
    submit(handle, call, [=] {
        double value = compute();
        if (on_device) {
            standin::device(call, "result", result, standin::size_of(number),
                            standin::Access::Write);
        }
        standin::store(number, result, 0, value);
    });
    if (!on_device && !standin::synchronize(handle.stream)) {
        throw Refusal{CUBLAS_STATUS_EXECUTION_FAILED};
    }
}
