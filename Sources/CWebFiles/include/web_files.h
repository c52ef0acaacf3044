#pragma once

// A file that is built into the command.
struct web_file {
    const char *path;
    const unsigned char *bytes;
    unsigned long count;
};
extern const struct web_file web_files[];
extern const unsigned long web_files_count;

// Swift sees no array of unknown length.
static inline const struct web_file *web_file_at(unsigned long place) { return &web_files[place]; }
