/* Preloaded into nightjar by the tests: ends the process, or fills the disk, at a chosen call that changes files.
 *
 * NIGHTJAR_KILL_AT_STEP   the number of the step (a sync, rename, cut or removal), from 1, before which SIGKILL comes
 * NIGHTJAR_KILL_AT_WRITE  the number of the write that is done by half before SIGKILL comes
 * NIGHTJAR_FULL_AT_WRITE  the number of the write from which on the disk is full: it is done by half, the rest not at all
 * NIGHTJAR_COUNTS         a file that takes both numbers at an orderly end
 *
 * Standard streams are left alone, and so are reads.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long steps, writes;
static long kill_at_step, kill_at_write, full_at_write;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

__attribute__((constructor)) static void read_settings(void) {
    kill_at_step = number("NIGHTJAR_KILL_AT_STEP");
    kill_at_write = number("NIGHTJAR_KILL_AT_WRITE");
    full_at_write = number("NIGHTJAR_FULL_AT_WRITE");
}

__attribute__((destructor)) static void write_counts(void) {
    const char *path = getenv("NIGHTJAR_COUNTS");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld %ld\n", atomic_load(&steps), atomic_load(&writes));
    fclose(file);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void step(void) {
    if (atomic_fetch_add(&steps, 1) + 1 == kill_at_step) die();
}

enum verdict { whole, half_then_die, half, none };

static enum verdict judge(int descriptor) {
    if (descriptor <= 2) return whole;
    long now = atomic_fetch_add(&writes, 1) + 1;
    if (now == kill_at_write) return half_then_die;
    if (full_at_write == 0 || now < full_at_write) return whole;
    return now == full_at_write ? half : none;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITE(name, parameters, halved, all)             \
    ssize_t name parameters {                            \
        enum verdict verdict = judge(descriptor);        \
        if (verdict == whole) return NEXT(name) all;     \
        ssize_t written = -1;                            \
        if (verdict != none) written = NEXT(name) halved; \
        if (verdict == half_then_die) die();             \
        if (written <= 0) {                              \
            errno = ENOSPC;                              \
            return -1;                                   \
        }                                                \
        return written;                                  \
    }

WRITE(write, (int descriptor, const void *bytes, size_t count), (descriptor, bytes, count / 2),
      (descriptor, bytes, count))
WRITE(pwrite, (int descriptor, const void *bytes, size_t count, off_t at), (descriptor, bytes, count / 2, at),
      (descriptor, bytes, count, at))
WRITE(pwrite64, (int descriptor, const void *bytes, size_t count, off64_t at), (descriptor, bytes, count / 2, at),
      (descriptor, bytes, count, at))
/* Half of a gathered write is its first part. */
WRITE(writev, (int descriptor, const struct iovec *parts, int count), (descriptor, parts, 1),
      (descriptor, parts, count))

#define STEP(name, parameters, values) \
    int name parameters {              \
        step();                        \
        return NEXT(name) values;      \
    }

STEP(fsync, (int descriptor), (descriptor))
STEP(fdatasync, (int descriptor), (descriptor))
STEP(ftruncate, (int descriptor, off_t length), (descriptor, length))
STEP(ftruncate64, (int descriptor, off64_t length), (descriptor, length))
STEP(rename, (const char *from, const char *to), (from, to))
STEP(unlink, (const char *path), (path))
