internal import CLinux
internal import Glibc

/// What every process of ours does first about the limits that it was started with (`ulimit`), so that each of them ends as an
/// error that can be told, and none as a signal or a crash.
package enum ProcessLimits {
    /// The stack of a thread that a library starts, where `ulimit -s` gives it less, or memory is short.
    private static var libraryStackBytes: Int { 1 << 20 }

    /// To be called before any thread is started.
    package static func prepare() {
        // Under `ulimit -f` a write, or a journal that grows, then fails with EFBIG.
        signal(SIGXFSZ, SIG_IGN)
        let memoryIsLimited = isLimited(RLIMIT_AS) || isLimited(RLIMIT_DATA)
        chooseDefaultStack(atMost: memoryIsLimited ? libraryStackBytes : Int.max)
        // Each thread's own heap would take 64 MiB of the address space, of which it uses next to nothing.
        if memoryIsLimited { stress_share_one_heap() }
    }

    private static func isLimited(_ resource: __rlimit_resource) -> Bool {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 && limit.rlim_cur != rlim_t.max
    }

    private static func chooseDefaultStack(atMost most: Int) {
        // See JoinableThread for why it has no initializer here.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        guard pthread_attr_init(attributes) == 0 else { return }
        defer { pthread_attr_destroy(attributes) }
        var bytes = 0
        // As glibc took it from the limit when the process started.
        guard pthread_attr_getstacksize(attributes, &bytes) == 0, bytes < libraryStackBytes || bytes > most
        else { return }
        pthread_attr_setstacksize(attributes, libraryStackBytes)
        stress_set_default_thread_attributes(attributes)
    }
}
