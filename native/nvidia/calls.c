// Makes descriptors of cuDNN as the lines of the standard input have it, and says what the library
// answers to each:
//
//   calls LIBRARY < LINES
//
//   tensor TYPE RANK DIMS... STRIDES...
//   filter TYPE FORMAT RANK DIMS...
//   convolution DIMS PADDING... STRIDE... DILATION... MODE TYPE [groups N] [math N]...
//   rnn ALGORITHM CELL BIAS DIRECTION INPUT TYPE COMPUTE MATH INPUTS HIDDEN PROJECTION LAYERS
//       DROPOUT FLAGS                   DROPOUT: whether there is a descriptor of one
//   sequences TYPE LAYOUT STEPS BATCH ELEMENTS LENGTHS...
//   dropout                             set without a handle
//   function NAME                       whether the library has it
//   offers                              where the header has what the backend reads of an offer
//
// Numbers are cuDNN's. Needs no GPU: no handle is made.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cudnn.h"

enum { LONGEST = 4096, MOST = 1024 };

static void* library;

static void* function(const char* name) {
    void* found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "calls: %s\n", dlerror());
        exit(1);
    }
    return found;
}

#define CALL(name) ((__typeof__(&name))function(#name))

// A call's name and its status, without what all statuses are called.
static void say(const char* call, cudnnStatus_t status) {
    static const char common[] = "CUDNN_STATUS_";
    const char* name = CALL(cudnnGetErrorString)(status);
    size_t length = sizeof common - 1;
    printf(" %s %s", call, strncmp(name, common, length) == 0 ? name + length : name);
}

// The numbers of a line; those that it lacks are 0.
struct numbers {
    int values[MOST];
    int next;
};

static int* take(struct numbers* numbers, int count) {
    int* taken = numbers->values + numbers->next;
    numbers->next += count;
    if (count < 0 || numbers->next > MOST) {
        fprintf(stderr, "calls: a line with too many numbers\n");
        exit(1);
    }
    return taken;
}

static int number(struct numbers* numbers) { return *take(numbers, 1); }

static void tensor(struct numbers* line) {
    cudnnTensorDescriptor_t made = NULL;
    say("create", CALL(cudnnCreateTensorDescriptor)(&made));
    cudnnDataType_t type = number(line);
    int rank = number(line);
    int* dims = take(line, rank);
    say("set", CALL(cudnnSetTensorNdDescriptor)(made, type, rank, dims, take(line, rank)));
    say("destroy", CALL(cudnnDestroyTensorDescriptor)(made));
}

static void filter(struct numbers* line) {
    cudnnFilterDescriptor_t made = NULL;
    say("create", CALL(cudnnCreateFilterDescriptor)(&made));
    cudnnDataType_t type = number(line);
    cudnnTensorFormat_t format = number(line);
    int rank = number(line);
    say("set", CALL(cudnnSetFilterNdDescriptor)(made, type, format, rank, take(line, rank)));
    say("destroy", CALL(cudnnDestroyFilterDescriptor)(made));
}

// The calls that follow have their names in the line: rest begins at the first of them.
static void convolution(struct numbers* line, char* rest) {
    cudnnConvolutionDescriptor_t made = NULL;
    say("create", CALL(cudnnCreateConvolutionDescriptor)(&made));
    int dims = number(line);
    int* padding = take(line, dims);
    int* stride = take(line, dims);
    int* dilation = take(line, dims);
    cudnnConvolutionMode_t mode = number(line);
    cudnnDataType_t type = number(line);
    say("set", CALL(cudnnSetConvolutionNdDescriptor)(made, dims, padding, stride, dilation, mode,
                                                     type));
    char call[16];
    int value;
    for (int length; sscanf(rest, " %15s %d%n", call, &value, &length) == 2; rest += length) {
        say(call, strcmp(call, "groups") == 0
                      ? CALL(cudnnSetConvolutionGroupCount)(made, value)
                      : CALL(cudnnSetConvolutionMathType)(made, (cudnnMathType_t)value));
    }
    say("destroy", CALL(cudnnDestroyConvolutionDescriptor)(made));
}

static void rnn(struct numbers* line) {
    cudnnDropoutDescriptor_t dropout = NULL;
    say("dropout", CALL(cudnnCreateDropoutDescriptor)(&dropout));
    cudnnRNNDescriptor_t made = NULL;
    say("create", CALL(cudnnCreateRNNDescriptor)(&made));
    int* n = take(line, 14);
    say("set", CALL(cudnnSetRNNDescriptor_v8)(made, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7],
                                              n[8], n[9], n[10], n[11], n[12] ? dropout : NULL,
                                              n[13]));
    say("destroy", CALL(cudnnDestroyRNNDescriptor)(made));
    say("destroy", CALL(cudnnDestroyDropoutDescriptor)(dropout));
}

static void sequences(struct numbers* line) {
    cudnnRNNDataDescriptor_t made = NULL;
    say("create", CALL(cudnnCreateRNNDataDescriptor)(&made));
    int* n = take(line, 5);
    int* lengths = take(line, n[3] < 0 ? 0 : n[3]);
    say("set", CALL(cudnnSetRNNDataDescriptor)(made, n[0], n[1], n[2], n[3], n[4], lengths, NULL));
    say("destroy", CALL(cudnnDestroyRNNDataDescriptor)(made));
}

static void dropout(void) {
    cudnnDropoutDescriptor_t made = NULL;
    say("create", CALL(cudnnCreateDropoutDescriptor)(&made));
    say("set", CALL(cudnnSetDropoutDescriptor)(made, NULL, 0, NULL, 0, 0));
    say("destroy", CALL(cudnnDestroyDropoutDescriptor)(made));
}

// Algorithm, status, determinism and math type; the size. The same for y, dx and dw.
#define PRINT_OFFER(type)                                                             \
    printf(" %zu %zu %zu %zu %zu", offsetof(type, algo), offsetof(type, status),     \
           offsetof(type, determinism), offsetof(type, mathType), sizeof(type))

static void offers(void) {
    PRINT_OFFER(cudnnConvolutionFwdAlgoPerf_t);
    PRINT_OFFER(cudnnConvolutionBwdDataAlgoPerf_t);
    PRINT_OFFER(cudnnConvolutionBwdFilterAlgoPerf_t);
}

static void run(char* line) {
    char kind[16] = "";
    int read = 0;
    sscanf(line, "%15s%n", kind, &read);
    char* rest = line + read;
    if (strcmp(kind, "function") == 0) {
        printf(" %s", dlsym(library, rest + strspn(rest, " ")) == NULL ? "absent" : "there");
        return;
    }
    struct numbers numbers = {{0}, 0};
    int count = 0;
    for (int length; count < MOST && sscanf(rest, "%d%n", &numbers.values[count], &length) == 1;
         count++) {
        rest += length;
    }
    if (strcmp(kind, "tensor") == 0) {
        tensor(&numbers);
    } else if (strcmp(kind, "filter") == 0) {
        filter(&numbers);
    } else if (strcmp(kind, "convolution") == 0) {
        convolution(&numbers, rest);
    } else if (strcmp(kind, "rnn") == 0) {
        rnn(&numbers);
    } else if (strcmp(kind, "sequences") == 0) {
        sequences(&numbers);
    } else if (strcmp(kind, "dropout") == 0) {
        dropout();
    } else if (strcmp(kind, "offers") == 0) {
        offers();
    } else {
        fprintf(stderr, "calls: expected one of the kinds above, got '%s'\n", line);
        exit(1);
    }
}

int main(int count, char** arguments) {
    library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    if (library == NULL) {
        fprintf(stderr, "calls: %s\n", count == 2 ? dlerror() : "usage: calls LIBRARY < LINES");
        return 1;
    }
    char line[LONGEST];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        printf("%s:", line);
        run(line);
        printf("\n");
    }
    return 0;
}
