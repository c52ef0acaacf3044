#pragma once
#include <sqlite3.h>

// Swift cannot call a function of variable arguments. The statistics cost a lock at each allocation.
static inline int nightjar_sqlite_omit_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
