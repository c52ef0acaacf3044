#pragma once
// Calls that the Glibc module hides. Declared as sync_file_range(2) and mallopt(3) have them.
int sync_file_range(int fd, long offset, long nbytes, unsigned int flags);
enum { NIGHTJAR_SYNC_FILE_RANGE_WRITE = 2 };
int mallopt(int param, int value);
enum { NIGHTJAR_TRIM_THRESHOLD = -1, NIGHTJAR_MMAP_THRESHOLD = -3 };
