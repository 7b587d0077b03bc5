internal import CLinux
internal import FlashSale
internal import Glibc
internal import Synchronization

/// What the thread of a proxy and its users tell each other.
final class ProxyBoard: Sendable {
    /// What users want done.
    struct Wishes: Sendable {
        var faults: ProxyFaults?
        var releases: [(number: Int, strike: ProxyFaults.Kind?)] = []
        var isStopping = false
    }

    let wishes: Mutex<Wishes>
    /// Changes with the faults, so that the thread looks at each command whether there are new ones.
    let epoch = Atomic(1)
    let held = Mutex<[HeldCommand]>([])
    /// Why the record is not written any more.
    let recordProblem = Mutex<RunError?>(nil)

    let connections = Atomic(0)
    let open = Atomic(0)
    let commands = Atomic(0)
    let writes = Atomic(0)
    let answers = Atomic(0)
    let bridges = Atomic(0)
    let refused = Atomic(0)
    private let losses = Atomic(0)
    private let cuts = Atomic(0)
    private let delays = Atomic(0)
    private let repeats = Atomic(0)
    private let kills = Atomic(0)

    /// Wakes the thread: it can be read after a wish.
    let wakeDescriptor: Int32
    private let wakingEnd: Int32

    init(faults: ProxyFaults?) throws(RunError) {
        var ends: [Int32] = [-1, -1]
        guard stress_pipe(&ends, 1) == 0 else {
            throw RunError(.unavailable, "the proxy has no file descriptor left: \(String(cString: strerror(errno)))")
        }
        wakeDescriptor = ends[0]
        wakingEnd = ends[1]
        wishes = Mutex(Wishes(faults: faults))
    }

    deinit {
        close(wakeDescriptor)
        close(wakingEnd)
    }

    func wake() {
        var byte: UInt8 = 1
        _ = write(wakingEnd, &byte, 1)
    }

    func struck(_ kind: ProxyFaults.Kind) {
        switch kind {
        case .loseReplies: losses.add(1, ordering: .relaxed)
        case .cutRequests: cuts.add(1, ordering: .relaxed)
        case .slowReplies: delays.add(1, ordering: .relaxed)
        case .repeatRequests: repeats.add(1, ordering: .relaxed)
        case .killConnections: kills.add(1, ordering: .relaxed)
        }
    }

    var counts: ProxyCounts {
        var counts = ProxyCounts()
        counts.connections = connections.load(ordering: .relaxed)
        counts.openConnections = open.load(ordering: .relaxed)
        counts.commands = commands.load(ordering: .relaxed)
        counts.writes = writes.load(ordering: .relaxed)
        counts.answers = answers.load(ordering: .relaxed)
        counts.bridges = bridges.load(ordering: .relaxed)
        counts.refused = refused.load(ordering: .relaxed)
        counts.struck = [
            .loseReplies: losses.load(ordering: .relaxed), .cutRequests: cuts.load(ordering: .relaxed),
            .slowReplies: delays.load(ordering: .relaxed), .repeatRequests: repeats.load(ordering: .relaxed),
            .killConnections: kills.load(ordering: .relaxed),
        ].filter { $0.value > 0 }
        return counts
    }
}
