#pragma once
#include <isa-l/igzip_lib.h>
#include <isa-l/crc.h>

// ISA-L forgot the const: it only reads.
static inline unsigned int crc32_shim_iscsi(const void *bytes, int length, unsigned int sum) {
    return crc32_iscsi((unsigned char *)bytes, length, sum);
}

// A macro of macros, which Swift's importer does not see: bytes that deflating at level 1 works with.
static const uint32_t NIGHTJAR_DEFLATE_WORK = ISAL_DEF_LVL1_DEFAULT;
