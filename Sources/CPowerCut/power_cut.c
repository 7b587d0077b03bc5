// Notes what a server makes durable, so that a power cut can take everything else away from it.
//
// fsync and fdatasync are the two calls by which Redis and Valkey make anything durable. Each is noted after it succeeded, with the size
// that the file had *before* it: what was appended meanwhile may or may not be on the disk. A sync_file_range makes nothing durable, and
// is not noted. A process that is killed between the call and its note had told nobody of it yet.
//
// The table is shared memory of a fixed size: to note takes no room on a disk that may be full, and outlives a SIGKILL. Nothing of the
// C library is replaced but the two calls, and nothing but it is needed, so that any dynamically linked server can load this.
#define _GNU_SOURCE
#include "sync_table.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct stress_sync_head *table;

/// Before the server's own main.
__attribute__((constructor)) static void find_table(void) {
    struct stat status;
    const char *path = getenv(STRESS_SYNC_TABLE_VARIABLE);
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    if (fstat(file, &status) == 0 && status.st_size == stress_sync_table_bytes) {
        void *memory = mmap(NULL, stress_sync_table_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (memory != MAP_FAILED) table = memory;
    }
    close(file);
    if (table == NULL) return;
    // A shell that becomes the server finds it, too: the last one counts.
    int is_known = stat("/proc/self/exe", &status) == 0;
    table->program_device = is_known ? status.st_dev : 0;
    table->program_inode = is_known ? status.st_ino : 0;
    __atomic_store_n(&table->process, (uint64_t)getpid(), __ATOMIC_RELEASE);
}

/// The server's threads do this at the same time, and so does a child of its that saves.
static void note(const struct stress_file_identity *file, uint64_t size) {
    struct stress_sync_slot *slots = (struct stress_sync_slot *)(table + 1);
    for (uint64_t step = 0; step < stress_sync_slots; step++) {
        struct stress_sync_slot *slot = &slots[(file->inode + step) % stress_sync_slots];
        uint64_t state = __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);
        if (state == stress_slot_free
            && __atomic_compare_exchange_n(&slot->state, &state, stress_slot_claimed, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            slot->file = *file;
            state = stress_slot_named;
            __atomic_store_n(&slot->state, state, __ATOMIC_RELEASE);
        }
        // Nobody waits for one who is at it and may be dead: a file may have two slots.
        if (state != stress_slot_named || memcmp(&slot->file, file, sizeof *file) != 0) continue;
        uint64_t known = __atomic_load_n(&slot->size, __ATOMIC_RELAXED);
        while (known < size
               && !__atomic_compare_exchange_n(&slot->size, &known, size, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        }
        return;
    }
    __atomic_store_n(&table->overflowed, 1, __ATOMIC_RELEASE);
}

static int make_durable(long call, int file) {
    struct stress_file_identity identity;
    uint64_t size;
    int is_known = table != NULL && stress_identify(file, &identity, &size) == 0;
    int result = (int)syscall(call, file);
    if (result == 0 && is_known) note(&identity, size);
    return result;
}

int fsync(int file) { return make_durable(SYS_fsync, file); }

int fdatasync(int file) { return make_durable(SYS_fdatasync, file); }
