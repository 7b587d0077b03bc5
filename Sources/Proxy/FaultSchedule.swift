/// Decides which commands are struck. Pure: the same commands at the same times are struck alike.
struct FaultSchedule {
    /// What has to be known of a command.
    struct Command {
        var mayWrite: Bool
        /// Whether it is about the connection only, and touches no data.
        var isLocal: Bool
        /// Whether it can be run once more on another connection.
        var canRepeat: Bool
    }

    /// What is to happen to a command.
    struct Strike: Equatable {
        var kind: ProxyFaults.Kind
        var delayNanoseconds: UInt64
        /// Which fault of which set of them.
        fileprivate var index: Int
        fileprivate var epoch: Int

        /// One that somebody asked for.
        init(_ kind: ProxyFaults.Kind) { self.init(kind: kind, delayNanoseconds: 0, index: 0, epoch: -1) }

        fileprivate init(kind: ProxyFaults.Kind, delayNanoseconds: UInt64, index: Int, epoch: Int) {
            self.kind = kind
            self.delayNanoseconds = delayNanoseconds
            self.index = index
            self.epoch = epoch
        }
    }

    private struct Entry {
        var fault: ProxyFaults.Fault
        /// Commands that were meant so far.
        var met = 0
        /// The number of the command to strike, where one is meant.
        var wanted = 1
        var isDone = false
    }

    private var entries: [Entry]
    private let seed: UInt64
    private let epoch: Int
    /// Whether commands may be repeated, so that transactions have to be kept.
    let repeats: Bool

    init(_ faults: ProxyFaults?, epoch: Int = 0) {
        entries = (faults?.faults ?? []).map { fault in
            var entry = Entry(fault: fault)
            if case .write(let number) = fault.moment { entry.wanted = number }
            return entry
        }
        seed = faults?.seed ?? 0
        self.epoch = epoch
        repeats = entries.contains { $0.fault.kind == .repeatRequests }
    }

    /// What happens to the next command; nil if nothing does.
    mutating func strike(_ command: Command, now: UInt64) -> Strike? {
        guard !command.isLocal else { return nil }
        for index in entries.indices where !entries[index].isDone {
            let fault = entries[index].fault
            guard Self.isMeant(command, by: fault) else { continue }
            switch fault.moment {
            case .between(let from, let to):
                guard fault.kind != .killConnections, now >= from, now < to else { continue }
                entries[index].met += 1
                guard Self.draw(seed, index, entries[index].met) < fault.share else { continue }
            case .write:
                guard command.mayWrite else { continue }
                entries[index].met += 1
                guard entries[index].met >= entries[index].wanted else { continue }
                entries[index].isDone = true
            }
            return Strike(
                kind: fault.kind, delayNanoseconds: fault.delayNanoseconds, index: index, epoch: epoch)
        }
        return nil
    }

    /// A strike had no effect, since the command had none. Where one command was meant, the next one is.
    mutating func missed(_ strike: Strike) {
        guard strike.epoch == epoch, case .write = entries[strike.index].fault.moment else { return }
        entries[strike.index].wanted = entries[strike.index].met + 1
        entries[strike.index].isDone = false
    }

    /// The share of connections that are to be killed now by a fault with a time; nil where none is.
    mutating func dueKill(now: UInt64) -> Double? {
        for index in entries.indices where !entries[index].isDone {
            guard entries[index].fault.kind == .killConnections,
                case .between(let from, let to) = entries[index].fault.moment, now >= from
            else { continue }
            entries[index].isDone = true
            if now < to { return entries[index].fault.share }
        }
        return nil
    }

    /// When the next connections are to be killed; nil for never.
    var nextKill: UInt64? {
        entries.filter { $0.fault.kind == .killConnections && !$0.isDone }.compactMap { entry in
            if case .between(let from, _) = entry.fault.moment { from } else { nil }
        }.min()
    }

    /// The share of connections that a strike on a command kills.
    func share(of strike: Strike) -> Double { strike.epoch == epoch ? entries[strike.index].fault.share : 1 }

    /// Which of these connections, by their numbers, a share of them is: at least one where there is any.
    func chosen(_ share: Double, of connections: [Int]) -> [Int] {
        guard share > 0, !connections.isEmpty else { return [] }
        let drawn = connections.filter { Self.draw(seed, -1, $0) < share }
        return drawn.isEmpty ? [connections[Int(seed % UInt64(connections.count))]] : drawn
    }

    private static func isMeant(_ command: Command, by fault: ProxyFaults.Fault) -> Bool {
        switch fault.kind {
        case .loseReplies, .cutRequests, .killConnections: command.mayWrite
        case .repeatRequests: command.mayWrite && command.canRepeat
        case .slowReplies: true
        }
    }

    /// A number in 0..<1 that depends on its arguments only: SplitMix64 (Steele, Lea, Flood 2014).
    static func draw(_ seed: UInt64, _ index: Int, _ number: Int) -> Double {
        var value = seed &+ UInt64(truncatingIfNeeded: index &+ 2) &* 0xD1B5_4A32_D192_ED03
        value = value &+ UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((value ^ (value >> 31)) >> 11) * 0x1p-53
    }
}
