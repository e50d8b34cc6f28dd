#include "vector.h"

#include <cmath>

#include "math/sum.h"

using standin::Number;

void axpy(Handle& handle, const char* call, int n, const void* alpha, Number scalar, Operand x,
          Operand y) {
    const Scalar factor(handle, "alpha", alpha, scalar);
    const Vector from = vector("x", x.number, n, x.step), to = vector("y", y.number, n, y.step);
    submit(handle, call, [=] {
        std::vector<double> values = from.read(call, x.at), sums = to.read(call, y.at);
        double a = factor.get(call);
        for (size_t i = 0; i < sums.size(); i++) sums[i] += a * values[i];
        to.write(call, y.at, sums);
    });
}

void scal(Handle& handle, const char* call, int n, const void* alpha, Number scalar, Operand x) {
    const Scalar factor(handle, "alpha", alpha, scalar);
    if (x.step <= 0) return;
    const Vector vec = vector("x", x.number, n, x.step);
    submit(handle, call, [=] {
        std::vector<double> values = vec.read(call, x.at);
        double a = factor.get(call);
        for (double& value : values) value *= a;
        vec.write(call, x.at, values);
    });
}

void copy(Handle& handle, const char* call, int n, Operand x, Operand y) {
    const Vector from = vector("x", x.number, n, x.step), to = vector("y", y.number, n, y.step);
    submit(handle, call, [=] { to.write(call, y.at, from.read(call, x.at)); });
}

void swap(Handle& handle, const char* call, int n, Operand x, Operand y) {
    const Vector left = vector("x", x.number, n, x.step);
    const Vector right = vector("y", y.number, n, y.step);
    submit(handle, call, [=] {
        std::vector<double> first = left.read(call, x.at), second = right.read(call, y.at);
        left.write(call, x.at, second);
        right.write(call, y.at, first);
    });
}

void dot(Handle& handle, const char* call, int n, Operand x, Operand y, void* result,
         Number number) {
    const Vector left = vector("x", x.number, n, x.step);
    const Vector right = vector("y", y.number, n, y.step);
    submit_result(handle, call, result, number, [=] {
        std::vector<double> a = left.read(call, x.at), b = right.read(call, y.at);
        standin::Sum sum(standin::sums_for(x.number));
        for (size_t i = 0; i < a.size(); i++) sum.add(a[i] * b[i]);
        return sum.get();
    });
}

namespace {

// Calls that reduce one vector give 0 where there is no element or the step is not positive.
Vector reduced(int n, const Operand& x) {
    return vector("x", x.number, x.step > 0 ? n : 0, x.step);
}

// The index, from 1 on, that is first by the order.
void extreme(Handle& handle, const char* call, int n, Operand x, int* result,
             bool (*comes_before)(double, double)) {
    const Vector vec = reduced(n, x);
    submit_result(handle, call, result, Number::I32, [=] {
        std::vector<double> values = vec.read(call, x.at);
        if (values.empty()) return 0.0;
        size_t best = 0;
        for (size_t i = 1; i < values.size(); i++) {
            if (comes_before(std::fabs(values[i]), std::fabs(values[best]))) best = i;
        }
        return static_cast<double>(best + 1);
    });
}

}  // namespace

void nrm2(Handle& handle, const char* call, int n, Operand x, void* result, Number number) {
    const Vector vec = reduced(n, x);
    submit_result(handle, call, result, number, [=] {
        double sum = 0;
        for (double value : vec.read(call, x.at)) sum = std::hypot(sum, value);
        return sum;
    });
}

void asum(Handle& handle, const char* call, int n, Operand x, void* result, Number number) {
    const Vector vec = reduced(n, x);
    submit_result(handle, call, result, number, [=] {
        standin::Sum sum(standin::sums_for(x.number));
        for (double value : vec.read(call, x.at)) sum.add(std::fabs(value));
        return sum.get();
    });
}

void amax(Handle& handle, const char* call, int n, Operand x, int* result) {
    extreme(handle, call, n, x, result, [](double a, double b) { return a > b; });
}

void amin(Handle& handle, const char* call, int n, Operand x, int* result) {
    extreme(handle, call, n, x, result, [](double a, double b) { return a < b; });
}
