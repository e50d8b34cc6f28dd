// What a copy and a fill do, row by row.
#include <cstring>

#include "copy.h"

namespace standin {

namespace {

char* start(const Side3d& side) {
    char* base = side.type == kHostMemory ? static_cast<char*>(side.host)
                                          : static_cast<char*>(pointer(side.device));
    return base + (side.z * side.height + side.y) * side.pitch + side.x;
}

bool sound(const Side3d& side, const Copy3d& copy) {
    if (side.type != kHostMemory && side.type != kDeviceMemory && side.type != kUnifiedMemory) {
        return false;  // arrays are not there
    }
    bool rows = copy.height > 1 || copy.depth > 1;
    if (rows && side.pitch < side.x + copy.width) return false;
    return copy.depth <= 1 || side.height >= side.y + copy.height;
}

// Device memory is checked wherever it is met; a pointer that must be one is checked in any case.
// Pinned memory may stand for device memory: addressing is unified.
void touch(const char* name, const Side3d& side, const char* argument, char* row, size_t bytes,
           Access access) {
    bool device_only = side.type == kDeviceMemory && find_pinned(row) == nullptr;
    if (in_arena(row) || device_only) check(name, argument, row, bytes, access);
}

template <class T>
void fill_row(void* row, size_t n, unsigned value) {
    T* elements = static_cast<T*>(row);
    for (size_t i = 0; i < n; i++) elements[i] = static_cast<T>(value);
}

}  // namespace

Copy3d plain_copy(CUdeviceptr to, int to_type, CUdeviceptr from, int from_type, size_t bytes) {
    Copy3d copy = {};
    copy.from.type = from_type;
    copy.to.type = to_type;
    copy.from.host = pointer(from);
    copy.from.device = from;
    copy.to.host = pointer(to);
    copy.to.device = to;
    copy.width = bytes;
    copy.height = 1;
    copy.depth = 1;
    return copy;
}

int validate(const Copy3d& copy) {
    bool well = sound(copy.from, copy) && sound(copy.to, copy);
    return well ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

int validate(const Fill& fill) {
    bool known = fill.element == 1 || fill.element == 2 || fill.element == 4;
    if (!known || fill.to % fill.element != 0) return CUDA_ERROR_INVALID_VALUE;
    if (fill.height > 1 && fill.pitch < fill.width * fill.element) return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

void run(const char* name, const Copy3d& copy) {
    for (size_t z = 0; z < copy.depth; z++) {
        for (size_t y = 0; y < copy.height; y++) {
            size_t from = (z * copy.from.height + y) * copy.from.pitch;
            size_t to = (z * copy.to.height + y) * copy.to.pitch;
            char* source = start(copy.from) + from;
            char* target = start(copy.to) + to;
            touch(name, copy.from, "source", source, copy.width, Access::Read);
            touch(name, copy.to, "destination", target, copy.width, Access::Write);
            std::memmove(target, source, copy.width);
        }
    }
}

void run(const char* name, const Fill& fill) {
    for (size_t y = 0; y < fill.height; y++) {
        char* row = static_cast<char*>(pointer(fill.to)) + y * fill.pitch;
        size_t bytes = fill.width * fill.element;
        if (find_pinned(row) == nullptr) check(name, "destination", row, bytes, Access::Write);
        if (fill.element == 1) fill_row<uint8_t>(row, fill.width, fill.value);
        if (fill.element == 2) fill_row<uint16_t>(row, fill.width, fill.value);
        if (fill.element == 4) fill_row<uint32_t>(row, fill.width, fill.value);
    }
}

}  // namespace standin
