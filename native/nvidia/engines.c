// Asks cuDNN which engines can compute convolutions on a GPU that need not be here:
//
//   engines DEVICE.json < CONVOLUTIONS
//
// Since 9.8 cuDNN takes a GPU's properties as JSON, from those who compile for another machine, and
// finalizes engines and plans for that GPU. Each line of the standard input is a pass:
//
//   PASS TYPE LAYOUT ALIGNMENT GROUPS DIMS X... W... Y... PADDING... STRIDE... DILATION...
//
//   PASS       forward, backward_data or backward_filter
//   TYPE       cuDNN's number of the tensors' type; products are summed in float, or in double
//   LAYOUT     nchw or nhwc
//   ALIGNMENT  of tensors, in bytes
//   DIMS       spatial dimensions; x, w and y have two sizes more
//
// and each line of the output has what can compute it, in the order of cuDNN's numbers:
//
//   ENGINE:BYTES:NOTES ...     workspace; numerical notes joined by +, or -
//
// or "refused" with cuDNN's reason. Nothing is computed, and no driver is wanted.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cudnn.h"

enum { LONGEST = 4096, MOST_DIMS = 3, MOST_MADE = 1024, MOST_NOTES = 32 };

typedef cudnnBackendDescriptor_t descriptor;

static void* library;

static void* function(const char* name) {
    void* found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "engines: %s\n", dlerror());
        exit(1);
    }
    return found;
}

#define CALL(name) ((__typeof__(&name))function(#name))

static const char* reason(void) {
    static char text[LONGEST];
    text[0] = '\0';
    CALL(cudnnGetLastErrorString)(text, sizeof text);
    for (char* end; (end = strchr(text, '\n')) != NULL;) *end = ' ';
    return text;
}

static void require(cudnnStatus_t status, const char* what) {
    if (status != CUDNN_STATUS_SUCCESS) {
        fprintf(stderr, "engines: %s: %s: %s\n", what, CALL(cudnnGetErrorString)(status),
                reason());
        exit(1);
    }
}

// All descriptors of a line, which end with it.
static descriptor made[MOST_MADE];
static int count_made;

static descriptor make(cudnnBackendDescriptorType_t type) {
    descriptor new = NULL;
    require(CALL(cudnnBackendCreateDescriptor)(type, &new), "create");
    if (count_made == MOST_MADE) {
        fprintf(stderr, "engines: more than %d descriptors\n", MOST_MADE);
        exit(1);
    }
    made[count_made++] = new;
    return new;
}

static void destroy_to(int count) {
    while (count_made > count) CALL(cudnnBackendDestroyDescriptor)(made[--count_made]);
}

static void set(descriptor of, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                int64_t count, const void* values) {
    require(CALL(cudnnBackendSetAttribute)(of, name, type, count, values), "set");
}

static void link_to(descriptor of, cudnnBackendAttributeName_t name, descriptor other) {
    set(of, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &other);
}

static void integers(descriptor of, cudnnBackendAttributeName_t name, int count,
                     const int64_t* values) {
    set(of, name, CUDNN_TYPE_INT64, count, values);
}

static int finalized(descriptor of) {
    return CALL(cudnnBackendFinalize)(of) == CUDNN_STATUS_SUCCESS;
}

struct convolution {
    char pass[16];
    char layout[16];
    cudnnDataType_t type;
    int64_t alignment;
    int64_t groups;
    int dims;
    int64_t x[MOST_DIMS + 2], w[MOST_DIMS + 2], y[MOST_DIMS + 2];
    int64_t padding[MOST_DIMS], stride[MOST_DIMS], dilation[MOST_DIMS];
};

static void read_numbers(char** text, int count, int64_t* values) {
    for (int i = 0; i < count; i++) {
        char* end;
        values[i] = strtoll(*text, &end, 10);
        if (end == *text) {
            fprintf(stderr, "engines: a line that is too short\n");
            exit(1);
        }
        *text = end;
    }
}

static struct convolution read_line(char* line) {
    struct convolution read = {0};
    int type, length;
    if (sscanf(line, "%15s %d %15s%n", read.pass, &type, read.layout, &length) != 3) {
        fprintf(stderr, "engines: expected a pass as above, got '%s'\n", line);
        exit(1);
    }
    read.type = (cudnnDataType_t)type;
    char* rest = line + length;
    int64_t dims;
    read_numbers(&rest, 1, &read.alignment);
    read_numbers(&rest, 1, &read.groups);
    read_numbers(&rest, 1, &dims);
    if (dims < 1 || dims > MOST_DIMS) {
        fprintf(stderr, "engines: expected 1 to %d dimensions: '%s'\n", MOST_DIMS, line);
        exit(1);
    }
    read.dims = (int)dims;
    for (int i = 0; i < 3; i++) {
        read_numbers(&rest, read.dims + 2, i == 0 ? read.x : i == 1 ? read.w : read.y);
    }
    for (int i = 0; i < 3; i++) {
        read_numbers(&rest, read.dims,
                     i == 0 ? read.padding : i == 1 ? read.stride : read.dilation);
    }
    return read;
}

static descriptor tensor(const struct convolution* of, int64_t id, const int64_t* sizes) {
    int rank = of->dims + 2;
    int64_t strides[MOST_DIMS + 2];
    int channels_last = strcmp(of->layout, "nhwc") == 0;
    int64_t stride = channels_last ? sizes[1] : 1;
    for (int i = rank - 1; i >= (channels_last ? 2 : 0); i--) {
        strides[i] = stride;
        stride *= sizes[i];
    }
    if (channels_last) {
        strides[1] = 1;
        strides[0] = stride;
    }
    descriptor new = make(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    set(new, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &of->type);
    integers(new, CUDNN_ATTR_TENSOR_DIMENSIONS, rank, sizes);
    integers(new, CUDNN_ATTR_TENSOR_STRIDES, rank, strides);
    integers(new, CUDNN_ATTR_TENSOR_UNIQUE_ID, 1, &id);
    integers(new, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, 1, &of->alignment);
    require(CALL(cudnnBackendFinalize)(new), "tensor");
    return new;
}

static descriptor window(const struct convolution* of) {
    cudnnDataType_t sums =
        of->type == CUDNN_DATA_DOUBLE ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
    cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
    int64_t dims = of->dims;
    descriptor new = make(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    set(new, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &sums);
    set(new, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode);
    integers(new, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, 1, &dims);
    integers(new, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, of->dims, of->padding);
    integers(new, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, of->dims, of->padding);
    integers(new, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, of->dims, of->stride);
    integers(new, CUDNN_ATTR_CONVOLUTION_DILATIONS, of->dims, of->dilation);
    require(CALL(cudnnBackendFinalize)(new), "convolution");
    return new;
}

// The names of an operation's parts, which differ from pass to pass.
struct names {
    const char* pass;
    cudnnBackendDescriptorType_t operation;
    cudnnBackendAttributeName_t x, w, y, window, alpha, beta;
};

static const struct names NAMES[] = {
    {"forward", CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA},
    {"backward_data", CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA},
    {"backward_filter", CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA},
};

static const struct names* names_of(const char* pass) {
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (strcmp(NAMES[i].pass, pass) == 0) return &NAMES[i];
    }
    fprintf(stderr, "engines: there is no pass %s\n", pass);
    exit(1);
}

static descriptor operation(const struct convolution* of) {
    const struct names* names = names_of(of->pass);
    double doubles[] = {1, 0};
    float floats[] = {1, 0};
    int wide = of->type == CUDNN_DATA_DOUBLE;
    cudnnBackendAttributeType_t type = wide ? CUDNN_TYPE_DOUBLE : CUDNN_TYPE_FLOAT;
    descriptor new = make(names->operation);
    link_to(new, names->x, tensor(of, 'x', of->x));
    link_to(new, names->w, tensor(of, 'w', of->w));
    link_to(new, names->y, tensor(of, 'y', of->y));
    link_to(new, names->window, window(of));
    set(new, names->alpha, type, 1, wide ? (void*)doubles : floats);
    set(new, names->beta, type, 1, wide ? (void*)(doubles + 1) : floats + 1);
    return new;
}

static const char* note(cudnnBackendNumericalNote_t note) {
    switch (note) {
        case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
            return "tensor-core";
        case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
            return "down-convert";
        case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
            return "reduced-precision";
        case CUDNN_NUMERICAL_NOTE_FFT:
            return "fft";
        case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
            return "nondeterministic";
        case CUDNN_NUMERICAL_NOTE_WINOGRAD:
            return "winograd";
        case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4:
            return "winograd-4x4";
        case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6:
            return "winograd-6x6";
        case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13:
            return "winograd-13x13";
        case CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP:
            return "strict-nan";
        default:
            return "unknown";
    }
}

// Prints an engine if a plan can be made with it.
static void try_engine(descriptor graph, descriptor device, int64_t index) {
    descriptor engine = make(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    link_to(engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph);
    integers(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, 1, &index);
    link_to(engine, CUDNN_ATTR_ENGINE_DEVICEPROP, device);
    if (!finalized(engine)) return;
    descriptor settings = make(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    link_to(settings, CUDNN_ATTR_ENGINECFG_ENGINE, engine);
    if (!finalized(settings)) return;
    descriptor plan = make(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    link_to(plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, settings);
    link_to(plan, CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, device);
    if (!finalized(plan)) return;
    int64_t count = 0, bytes = -1;
    require(CALL(cudnnBackendGetAttribute)(plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE,
                                           CUDNN_TYPE_INT64, 1, &count, &bytes),
            "workspace");
    cudnnBackendNumericalNote_t notes[MOST_NOTES];
    require(CALL(cudnnBackendGetAttribute)(engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                           CUDNN_TYPE_NUMERICAL_NOTE, MOST_NOTES, &count, notes),
            "notes");
    printf("%lld:%lld:", (long long)index, (long long)bytes);
    for (int64_t i = 0; i < count; i++) printf(i == 0 ? "%s" : "+%s", note(notes[i]));
    printf(count == 0 ? "- " : " ");
}

static void list(const struct convolution* of, descriptor device) {
    descriptor computed = operation(of);
    if (!finalized(computed)) {
        printf("refused %s", reason());
        return;
    }
    descriptor graph = make(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    link_to(graph, CUDNN_ATTR_OPERATIONGRAPH_OPS, computed);
    if (!finalized(graph)) {
        printf("refused %s", reason());
        return;
    }
    int64_t count = 0, engines = 0;
    require(CALL(cudnnBackendGetAttribute)(graph, CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT,
                                           CUDNN_TYPE_INT64, 1, &count, &engines),
            "engines");
    for (int64_t i = 0; i < engines; i++) {
        int before = count_made;
        try_engine(graph, device, i);
        destroy_to(before);
    }
}

static descriptor device_of(const char* path) {
    char json[LONGEST];
    FILE* file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size_t length = fread(json, 1, sizeof json, file);
    fclose(file);
    descriptor device = make(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
    set(device, CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, (int64_t)length, json);
    require(CALL(cudnnBackendFinalize)(device), path);
    return device;
}

int main(int count, char** arguments) {
    library = dlopen("libcudnn.so.9", RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL || count != 2) {
        fprintf(stderr, "engines: %s\n",
                library == NULL ? dlerror() : "usage: engines DEVICE.json < CONVOLUTIONS");
        return 1;
    }
    descriptor device = device_of(arguments[1]);
    int kept = count_made;
    char line[LONGEST];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        struct convolution convolution = read_line(line);
        list(&convolution, device);
        printf("\n");
        destroy_to(kept);
    }
    return 0;
}
