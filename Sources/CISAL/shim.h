#pragma once
#include <isa-l/igzip_lib.h>
#include <isa-l/crc.h>

// ISA-L forgot the const: it only reads.
static inline unsigned int crc32_shim_iscsi(const void *bytes, int length, unsigned int sum) {
    return crc32_iscsi((unsigned char *)bytes, length, sum);
}
