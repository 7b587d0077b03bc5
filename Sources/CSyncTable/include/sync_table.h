// What a private server has made durable: a table in a file of its folder, written by Sources/CPowerCut inside the server and read by
// EmbeddedRedis after a power cut.
#ifndef STRESS_SYNC_TABLE_H
#define STRESS_SYNC_TABLE_H

#include <stdint.h>

// The environment variable with the table's path.
#define STRESS_SYNC_TABLE_VARIABLE "STRESS_SYNC_TABLE"

enum {
    // Files that can be told apart: a snapshot a second for four hours.
    stress_sync_slots = 16384,
    stress_slot_free = 0,
    // Somebody writes its name at this moment, or was killed while doing so.
    stress_slot_claimed = 1,
    stress_slot_named = 2,
};

/// What no other file has, now or later: an inode's number is used again, and a name moves.
struct stress_file_identity {
    uint64_t device, inode;
    /// Nanoseconds since 1970.
    uint64_t birth;
};

/// One file, and how many of its bytes are durable, from its start.
struct stress_sync_slot {
    uint64_t state;
    struct stress_file_identity file;
    uint64_t size;
};

/// The table's first bytes; the slots follow. All zeros until a process has found it.
struct stress_sync_head {
    /// Who found it last, and the file of its program.
    uint64_t process, program_device, program_inode;
    /// Not 0 once there was no slot for a file.
    uint64_t overflowed;
};

enum { stress_sync_table_bytes = sizeof(struct stress_sync_head) + stress_sync_slots * sizeof(struct stress_sync_slot) };

/// Who an open file is, and how many bytes it has. 0, or -1 with errno: ENOTSUP where the file system keeps no birth times.
__attribute__((visibility("hidden"))) int stress_identify(int file, struct stress_file_identity *identity, uint64_t *size);

#endif
