#pragma once
// Linux calls that the Glibc module hides because their headers want _GNU_SOURCE. Declared as sync_file_range(2) has it.
int sync_file_range(int fd, long offset, long nbytes, unsigned int flags);
enum { NIGHTJAR_SYNC_FILE_RANGE_WRITE = 2 };
