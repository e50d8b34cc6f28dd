// Of each sub-library of cuDNN only that it is there counts.
__attribute__((visibility("default"))) const int standin_sublibrary = 1;
