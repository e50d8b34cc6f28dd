// Lists the descriptors that a program makes of cuDNN, to be preloaded:
//
//   LD_PRELOAD=librecord.so RETROGRAD_RECORD=FILE java ...
//
// Each call that describes something adds a line to FILE, as calls.c reads it, with what was said
// of the same descriptor before; then cuDNN's own function runs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cudnn.h"

enum { LONGEST = 4096 };

// A convolution takes several calls; this is what they said so far.
struct known {
    const void* descriptor;
    char text[LONGEST];
    struct known* next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct known* first;

// The library is not in the scope of RTLD_NEXT: Java loads it for JCuda alone.
static void* real(const char* name) {
    void* library = dlopen("libcudnn.so.9", RTLD_LAZY | RTLD_NOLOAD);
    void* function = library == NULL ? NULL : dlsym(library, name);
    if (function == NULL) {
        fprintf(stderr, "record: %s is not to be found: %s\n", name, dlerror());
        abort();
    }
    return function;
}

#define REAL(name) ((__typeof__(&name))real(#name))

static void append(char* text, const char* format, ...) {
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, LONGEST - length, format, arguments);
    va_end(arguments);
}

static void numbers(char* text, int count, const int* values) {
    for (int i = 0; i < count; i++) append(text, " %d", values[i]);
}

static void write_line(const char* text) {
    const char* name = getenv("RETROGRAD_RECORD");
    FILE* file = name == NULL ? NULL : fopen(name, "a");
    if (file == NULL || fprintf(file, "%s\n", text) < 0 || fclose(file) != 0) {
        perror("record: RETROGRAD_RECORD");
        abort();
    }
}

static char* text_of(const void* descriptor) {
    struct known* known = first;
    while (known != NULL && known->descriptor != descriptor) known = known->next;
    if (known == NULL) {
        known = calloc(1, sizeof *known);
        if (known == NULL) abort();
        known->descriptor = descriptor;
        known->next = first;
        first = known;
    }
    return known->text;
}

static void write_more(const void* descriptor, const char* what, int value) {
    pthread_mutex_lock(&lock);
    append(text_of(descriptor), " %s %d", what, value);
    write_line(text_of(descriptor));
    pthread_mutex_unlock(&lock);
}

cudnnStatus_t cudnnSetTensorNdDescriptor(cudnnTensorDescriptor_t tensor, cudnnDataType_t type,
                                         int rank, const int dims[], const int strides[]) {
    char text[LONGEST] = "tensor";
    append(text, " %d %d", type, rank);
    numbers(text, rank, dims);
    numbers(text, rank, strides);
    write_line(text);
    return REAL(cudnnSetTensorNdDescriptor)(tensor, type, rank, dims, strides);
}

cudnnStatus_t cudnnSetFilterNdDescriptor(cudnnFilterDescriptor_t filter, cudnnDataType_t type,
                                         cudnnTensorFormat_t format, int rank, const int dims[]) {
    char text[LONGEST] = "filter";
    append(text, " %d %d %d", type, format, rank);
    numbers(text, rank, dims);
    write_line(text);
    return REAL(cudnnSetFilterNdDescriptor)(filter, type, format, rank, dims);
}

cudnnStatus_t cudnnSetConvolutionNdDescriptor(cudnnConvolutionDescriptor_t convolution, int dims,
                                              const int padding[], const int stride[],
                                              const int dilation[], cudnnConvolutionMode_t mode,
                                              cudnnDataType_t type) {
    pthread_mutex_lock(&lock);
    char* text = text_of(convolution);
    text[0] = '\0';
    append(text, "convolution %d", dims);
    numbers(text, dims, padding);
    numbers(text, dims, stride);
    numbers(text, dims, dilation);
    append(text, " %d %d", mode, type);
    write_line(text);
    pthread_mutex_unlock(&lock);
    return REAL(cudnnSetConvolutionNdDescriptor)(convolution, dims, padding, stride, dilation,
                                                 mode, type);
}

cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t convolution, int groups) {
    write_more(convolution, "groups", groups);
    return REAL(cudnnSetConvolutionGroupCount)(convolution, groups);
}

cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t convolution,
                                          cudnnMathType_t math) {
    write_more(convolution, "math", math);
    return REAL(cudnnSetConvolutionMathType)(convolution, math);
}

cudnnStatus_t cudnnSetRNNDescriptor_v8(cudnnRNNDescriptor_t rnn, cudnnRNNAlgo_t algorithm,
                                       cudnnRNNMode_t cell, cudnnRNNBiasMode_t bias,
                                       cudnnDirectionMode_t direction, cudnnRNNInputMode_t input,
                                       cudnnDataType_t type, cudnnDataType_t precision,
                                       cudnnMathType_t math, int32_t inputs, int32_t hidden,
                                       int32_t projection, int32_t layers,
                                       cudnnDropoutDescriptor_t dropout, uint32_t flags) {
    char text[LONGEST] = "rnn";
    append(text, " %d %d %d %d %d %d %d %d %d %d %d %d %d %u", algorithm, cell, bias, direction,
           input, type, precision, math, inputs, hidden, projection, layers, dropout != NULL,
           flags);
    write_line(text);
    return REAL(cudnnSetRNNDescriptor_v8)(rnn, algorithm, cell, bias, direction, input, type,
                                          precision, math, inputs, hidden, projection, layers,
                                          dropout, flags);
}

cudnnStatus_t cudnnSetRNNDataDescriptor(cudnnRNNDataDescriptor_t sequences, cudnnDataType_t type,
                                        cudnnRNNDataLayout_t layout, int steps, int batch,
                                        int elements, const int lengths[], void* fill) {
    char text[LONGEST] = "sequences";
    append(text, " %d %d %d %d %d", type, layout, steps, batch, elements);
    numbers(text, batch, lengths);
    write_line(text);
    return REAL(cudnnSetRNNDataDescriptor)(sequences, type, layout, steps, batch, elements,
                                           lengths, fill);
}
