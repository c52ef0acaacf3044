#pragma once
#include <png.h>
// Macros with casts, which Swift's importer does not see.
static const png_uint_32 NIGHTJAR_PNG_FORMAT_BGR = PNG_FORMAT_BGR;
static const png_uint_32 NIGHTJAR_PNG_FAST = PNG_IMAGE_FLAG_FAST;
