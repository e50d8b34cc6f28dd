// libnvrtc.so.12: the entry points of NVRTC.
#include <algorithm>
#include <cstring>

#include "../common/base64.h"
#include "compile.h"

using standin::Program;

#define NVRTC_API extern "C" __attribute__((visibility("default")))

enum Result {
    NVRTC_SUCCESS = 0,
    NVRTC_ERROR_OUT_OF_MEMORY = 1,
    NVRTC_ERROR_PROGRAM_CREATION_FAILURE = 2,
    NVRTC_ERROR_INVALID_INPUT = 3,
    NVRTC_ERROR_INVALID_PROGRAM = 4,
    NVRTC_ERROR_INVALID_OPTION = 5,
    NVRTC_ERROR_COMPILATION = 6,
    NVRTC_ERROR_BUILTIN_OPERATION_FAILURE = 7,
    NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION = 8,
    NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION = 9,
    NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID = 10,
    NVRTC_ERROR_INTERNAL_ERROR = 11,
};

namespace {

constexpr int kArchitectures[] = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90};

std::string ptx(const Program& program) {
    return standin::kObjectHeader + standin::to_base64(program.object);
}

int put(size_t* size, size_t value) {
    if (size == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    *size = value;
    return NVRTC_SUCCESS;
}

// With its final zero.
int put(char* text, const std::string& value) {
    if (text == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    std::memcpy(text, value.c_str(), value.size() + 1);
    return NVRTC_SUCCESS;
}

}  // namespace

NVRTC_API int nvrtcVersion(int* major, int* minor) {
    if (major == nullptr || minor == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    *major = 12;
    *minor = 6;
    return NVRTC_SUCCESS;
}

NVRTC_API int nvrtcGetNumSupportedArchs(int* n) {
    if (n == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    *n = static_cast<int>(std::size(kArchitectures));
    return NVRTC_SUCCESS;
}

NVRTC_API int nvrtcGetSupportedArchs(int* architectures) {
    if (architectures == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    std::copy(std::begin(kArchitectures), std::end(kArchitectures), architectures);
    return NVRTC_SUCCESS;
}

NVRTC_API const char* nvrtcGetErrorString(int result) {
    static const char* const names[] = {
        "NVRTC_SUCCESS",
        "NVRTC_ERROR_OUT_OF_MEMORY",
        "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
        "NVRTC_ERROR_INVALID_INPUT",
        "NVRTC_ERROR_INVALID_PROGRAM",
        "NVRTC_ERROR_INVALID_OPTION",
        "NVRTC_ERROR_COMPILATION",
        "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
        "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
        "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
        "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
        "NVRTC_ERROR_INTERNAL_ERROR",
    };
    bool known = result >= 0 && result < static_cast<int>(std::size(names));
    return known ? names[result] : "NVRTC_ERROR unknown";
}

NVRTC_API int nvrtcCreateProgram(Program** program, const char* source, const char* name, int n,
                                 const char* const* headers, const char* const* names) {
    if (program == nullptr || source == nullptr || n < 0) return NVRTC_ERROR_INVALID_INPUT;
    if (n > 0 && (headers == nullptr || names == nullptr)) return NVRTC_ERROR_INVALID_INPUT;
    *program = new Program;
    (*program)->source = source;
    (*program)->name = name != nullptr && *name != '\0' ? name : "default_program";
    for (int i = 0; i < n; i++) (*program)->headers.emplace_back(names[i], headers[i]);
    return NVRTC_SUCCESS;
}

NVRTC_API int nvrtcDestroyProgram(Program** program) {
    if (program == nullptr || *program == nullptr) return NVRTC_ERROR_INVALID_PROGRAM;
    delete *program;
    *program = nullptr;
    return NVRTC_SUCCESS;
}

NVRTC_API int nvrtcCompileProgram(Program* program, int n, const char* const* options) {
    if (program == nullptr) return NVRTC_ERROR_INVALID_PROGRAM;
    switch (standin::compile(program, {options, options + n})) {
        case standin::Compiled::BadOption:
            return NVRTC_ERROR_INVALID_OPTION;
        case standin::Compiled::Error:
            return NVRTC_ERROR_COMPILATION;
        default:
            return NVRTC_SUCCESS;
    }
}

NVRTC_API int nvrtcGetProgramLogSize(Program* program, size_t* size) {
    return program == nullptr ? NVRTC_ERROR_INVALID_PROGRAM : put(size, program->log.size() + 1);
}

NVRTC_API int nvrtcGetProgramLog(Program* program, char* log) {
    return program == nullptr ? NVRTC_ERROR_INVALID_PROGRAM : put(log, program->log);
}

NVRTC_API int nvrtcGetPTXSize(Program* program, size_t* size) {
    if (program == nullptr || program->object.empty()) return NVRTC_ERROR_INVALID_PROGRAM;
    return put(size, ptx(*program).size() + 1);
}

NVRTC_API int nvrtcGetPTX(Program* program, char* text) {
    if (program == nullptr || program->object.empty()) return NVRTC_ERROR_INVALID_PROGRAM;
    return put(text, ptx(*program));
}

// As documented, 0 unless a real architecture (sm_90) was asked for.
NVRTC_API int nvrtcGetCUBINSize(Program* program, size_t* size) {
    if (program == nullptr || program->object.empty()) return NVRTC_ERROR_INVALID_PROGRAM;
    return put(size, program->real_architecture ? program->object.size() : 0);
}

NVRTC_API int nvrtcGetCUBIN(Program* program, char* bytes) {
    if (program == nullptr || !program->real_architecture) return NVRTC_ERROR_INVALID_PROGRAM;
    if (bytes == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    std::copy(program->object.begin(), program->object.end(), bytes);
    return NVRTC_SUCCESS;
}

NVRTC_API int nvrtcAddNameExpression(Program* program, const char* expression) {
    if (program == nullptr) return NVRTC_ERROR_INVALID_PROGRAM;
    if (expression == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    if (!program->object.empty()) return NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION;
    program->expressions.emplace_back(expression);
    return NVRTC_SUCCESS;
}

NVRTC_API int nvrtcGetLoweredName(Program* program, const char* expression, const char** name) {
    if (program == nullptr) return NVRTC_ERROR_INVALID_PROGRAM;
    if (expression == nullptr || name == nullptr) return NVRTC_ERROR_INVALID_INPUT;
    if (program->object.empty()) return NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION;
    for (const auto& [own, symbol] : program->lowered) {
        if (own != expression) continue;
        *name = symbol.c_str();
        return NVRTC_SUCCESS;
    }
    return NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID;
}

#define UNAVAILABLE(name) \
    NVRTC_API int name() { return NVRTC_ERROR_INVALID_PROGRAM; }
UNAVAILABLE(nvrtcGetLTOIR)
UNAVAILABLE(nvrtcGetLTOIRSize)
UNAVAILABLE(nvrtcGetNVVM)
UNAVAILABLE(nvrtcGetNVVMSize)
UNAVAILABLE(nvrtcGetOptiXIR)
UNAVAILABLE(nvrtcGetOptiXIRSize)
