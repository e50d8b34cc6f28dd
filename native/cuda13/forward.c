// A library of CUDA 12's name and symbol versions over CUDA 13's library BEHIND.
//
// functions.inc has a line FORWARD(i, f) for each function f. f is one jump through target[i], so
// that arguments in registers and on the stack arrive as they are, whatever f's type. cuBLAS and
// NVRTC kept the type of every function from 12.6 to 13; enumerations only gained values.
//
// What BEHIND lacks (or all, where it cannot be loaded) answers ABSENT_STATUS and says its name.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The oldest version of these two, so that a library built today loads on older systems.
__asm__(".symver dlopen, dlopen@GLIBC_2.2.5");
__asm__(".symver dlsym, dlsym@GLIBC_2.2.5");

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN void* target[FUNCTIONS];

#define FORWARD(index, name)                                     \
    __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n" \
            "endbr64\njmp *target+8*" #index "(%rip)\n"          \
            ".size " #name ", .-" #name "\n"                     \
            "absent_" #index ":\n"                               \
            "endbr64\nmovl $" #index ", %edi\njmp absent\n"      \
            ".globl absent_" #index "\n.hidden absent_" #index "\n");
#include "functions.inc"
#undef FORWARD

#define FORWARD(index, name) extern HIDDEN char absent_##index[];
#include "functions.inc"
#undef FORWARD

static const struct {
    const char* name;
    void* absent;
} functions[FUNCTIONS] = {
#define FORWARD(index, name) {#name, absent_##index},
#include "functions.inc"
#undef FORWARD
};

static int loaded;

// These answer a text, and JNI would read any other number as an address.
static int answers_text(const char* name) {
    return strcmp(name, "cublasGetStatusName") == 0 || strcmp(name, "cublasGetStatusString") == 0 ||
           strcmp(name, "nvrtcGetErrorString") == 0;
}

HIDDEN __attribute__((used)) uintptr_t absent(int index) {
    const char* name = functions[index].name;
    fprintf(stderr, loaded ? "retrograd: %s: " BEHIND " has no such function; CUDA 12 has\n"
                           : "retrograd: %s: " BEHIND " cannot be loaded\n", name);
    return answers_text(name) ? (uintptr_t) "unknown" : ABSENT_STATUS;
}

__attribute__((constructor)) static void resolve(void) {
    void* behind = dlopen(BEHIND, RTLD_NOW | RTLD_LOCAL);
    loaded = behind != NULL;
    for (int i = 0; i < FUNCTIONS; i++) {
        void* found = loaded ? dlsym(behind, functions[i].name) : NULL;
        target[i] = found != NULL ? found : functions[i].absent;
    }
}
