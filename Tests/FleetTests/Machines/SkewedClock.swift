import Foundation
import Glibc
import TestSupport

/// A CLOCK_MONOTONIC of its own for programs of a test, which is set, or runs fast or slow, whenever the test wants: a library that is
/// loaded before libc answers from a file that both share.
final class SkewedClock {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let folder: TestFolder
    private let library: String
    private let plan: String

    init() throws {
        folder = try TestFolder("skewed-clock")
        plan = try folder.file("plan", String(repeating: "\0", count: 24))
        let source = try folder.file("clock.c", Self.source)
        library = folder.path + "/clock.so"
        let compiler = try Program(
            "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", library, source], folder: folder.path,
            files: folder.path, environment: ProcessInfo.processInfo.environment)
        guard compiler.wait() == .init(exitCode: 0) else {
            throw Failure(description: "no library for a clock: \(compiler.errors)")
        }
    }

    /// What stands before a command that has this clock.
    var command: String { "env LD_PRELOAD='\(library)' SKEWED_CLOCK='\(plan)'" }

    /// Sets it ahead, or back.
    func step(nanoseconds: Int64) { write(nanoseconds, at: 0) }

    /// Lets it run faster, or slower, from now on.
    func drift(perMillion: Int64) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        write(Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec), at: 16)
        write(perMillion, at: 8)
    }

    private func write(_ number: Int64, at offset: off_t) {
        let descriptor = open(plan, O_WRONLY)
        var number = number
        pwrite(descriptor, &number, 8, offset)
        close(descriptor)
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <time.h>

        /* By how much it is ahead; by how many millionths it runs fast; from which moment on. */
        static volatile int64_t *plan;
        static int (*real)(clockid_t, struct timespec *);

        static int64_t count(const struct timespec *time) { return time->tv_sec * INT64_C(1000000000) + time->tv_nsec; }

        static void begin(void) {
            real = dlsym(RTLD_NEXT, "clock_gettime");
            const char *path = getenv("SKEWED_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            void *memory = file < 0 ? MAP_FAILED : mmap(NULL, 24, PROT_READ, MAP_SHARED, file, 0);
            if (memory != MAP_FAILED) plan = memory;
        }

        __attribute__((constructor)) static void load(void) { if (!real) begin(); }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            if (!real) begin();
            int result = real(clock, time);
            if (result != 0 || clock != CLOCK_MONOTONIC || !plan) return result;
            int64_t now = count(time);
            if (plan[1]) now += (now - plan[2]) / 1000 * plan[1] / 1000;
            now += plan[0];
            time->tv_sec = now / 1000000000;
            time->tv_nsec = now % 1000000000;
            return 0;
        }

        int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
            (void)left;
            int is_absolute = flags & TIMER_ABSTIME;
            struct timespec now;
            clock_gettime(clock, &now);
            int64_t end = count(time) + (is_absolute ? 0 : count(&now));
            while (count(&now) < end) {
                int64_t rest = end - count(&now);
                if (rest > 5000000) rest = 5000000;
                struct timespec piece = {0, rest};
                nanosleep(&piece, NULL);
                clock_gettime(clock, &now);
            }
            return 0;
        }
        """
}
