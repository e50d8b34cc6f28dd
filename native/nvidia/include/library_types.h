// What cuDNN's headers name of CUDA's, so that they compile without a toolkit.
#pragma once
typedef int libraryPropertyType;
