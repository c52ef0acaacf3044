#pragma once
#include <sqlite3.h>

// Swift cannot call a function of variable arguments. The statistics cost a lock at each allocation.
static inline int nightjar_sqlite_omit_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// A name in double quotes that is no column is a mistake, and no text.
static inline int nightjar_sqlite_quoted_names_are_names(sqlite3 *db) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}

// SQLite's own structures come first, as it demands. `rows` is the Swift object that has the rows.
typedef struct {
    sqlite3_vtab base;
    const void *rows;
} nightjar_table;
typedef struct {
    sqlite3_vtab_cursor base;
    const void *rows;
    sqlite3_int64 row, count;
} nightjar_cursor;
