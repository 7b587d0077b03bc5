internal import CLinux
internal import FlashSale
internal import Glibc
internal import Host

/// Waits for what workers say, and listens: each time only to those that have said something, however many there are.
final class LinkWatch {
    /// How often it is looked at every worker, whatever comes.
    private static var lookNanoseconds: UInt64 { 20_000_000 }
    /// Workers that are listened to before anything else is done.
    private static var mostEvents: Int { 256 }
    private static var interruption: UInt64 { .max }

    private let descriptor: Int32
    private var followed: [Int: WorkerProcess] = [:]
    private var lastLook: UInt64 = 0
    /// For the time before the doors open.
    private(set) var dog = Watchdog(opened: Clock.nanoseconds())

    /// Whether nobody is left.
    var isEmpty: Bool { followed.isEmpty }

    /// - Throws: ``RunError`` with 69 if the system has no descriptor left.
    init() throws(RunError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else {
            throw RunError(
                .unavailable,
                "the coordinator cannot wait for its workers: \(String(cString: strerror(errno))); close files, or raise the limit "
                    + "(ulimit -n)")
        }
        if Interruption.descriptor >= 0 { add(Interruption.descriptor, as: Self.interruption) }
    }

    deinit { close(descriptor) }

    private func add(_ file: Int32, as number: UInt64) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: number))
        epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event)
    }

    /// From now on what it says is listened to.
    func add(_ worker: WorkerProcess) {
        followed[worker.index] = worker
        add(worker.descriptor, as: UInt64(worker.index))
    }

    /// It is closed, or will be.
    func remove(_ worker: WorkerProcess) {
        guard let known = followed[worker.index], known === worker else { return }
        followed[worker.index] = nil
        epoll_ctl(descriptor, EPOLL_CTL_DEL, worker.descriptor, nil)
    }

    /// Waits until somebody says something or a signal comes, and listens.
    func wait(milliseconds: Int32) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.mostEvents) { events in
            let count = epoll_wait(descriptor, events.baseAddress, Int32(events.count), milliseconds)
            for event in events.prefix(Int(max(0, count))) {
                guard event.data.u64 != Self.interruption else {
                    Interruption.acknowledge()
                    continue
                }
                guard let worker = followed[Int(event.data.u64)] else { continue }
                if !worker.isSilent { worker.listen() }
                if worker.isSilent { remove(worker) }
            }
        }
        let now = Clock.nanoseconds()
        guard now >= lastLook + Self.lookNanoseconds else { return }
        lastLook = now
        dog.look(at: now)
        for worker in Array(followed.values) {
            worker.look()
            if worker.isSilent { remove(worker) }
        }
    }
}
