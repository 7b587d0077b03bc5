internal import CLinux
internal import CProcesses
internal import Glibc

/// All processes of one service: whatever came from its keeper, also what left its process group or its session, since the keeper
/// adopts orphans.
struct ServiceFamily: Sendable {
    /// The process id of the keeper.
    let keeper: Int32
    private static var pauseNanoseconds: UInt64 { 1_000_000 }

    /// Those that live, by their numbers.
    var members: [ServiceMember] { ServiceMember.descendants(of: keeper) }

    /// Sends a signal to every member that `wanted` names, and to nobody who has its number after it.
    static func signal(_ number: Int32, _ members: [ServiceMember]) {
        for member in members {
            let descriptor = stress_process_descriptor(member.process)
            // It has ended meanwhile.
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // The descriptor is of whoever has the number now.
            guard let now = ServiceMember(of: member.process), now.isSame(as: member) else { continue }
            _ = stress_signal_process(descriptor, number)
        }
    }

    /// Sends a signal to all, again and again, until `isDone` holds of two looks in a row: a process that is being started shows itself
    /// a moment later.
    ///
    /// - Parameters:
    ///   - needs: which of the members the signal is still for.
    ///   - milliseconds: for so long at most.
    /// - Returns: the members at the last look, and whether it is done.
    func signal(
        _ number: Int32, to needs: (ServiceMember) -> Bool, withinMilliseconds milliseconds: Int
    ) -> (members: [ServiceMember], isDone: Bool) {
        let end = Clock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        var before: [ServiceMember]?
        while true {
            let now = members
            let left = now.filter(needs)
            Self.signal(number, left)
            let isSame = before.map { $0.elementsEqual(now) { $0.isSame(as: $1) } } ?? false
            if left.isEmpty, isSame { return (now, true) }
            if Clock.nanoseconds() >= end { return (now, false) }
            before = left.isEmpty ? now : nil
            Clock.sleep(until: Clock.nanoseconds() + Self.pauseNanoseconds)
        }
    }

    /// Kills all of them. Those that are left: none, unless one waits for a device.
    func killAll(withinMilliseconds milliseconds: Int) -> [ServiceMember] {
        signal(SIGKILL, to: { _ in true }, withinMilliseconds: milliseconds).members
    }

    /// Waits until none is left. Whether that came in time.
    func isGone(withinMilliseconds milliseconds: Int, unless isHurried: () -> Bool) -> Bool {
        let end = Clock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        while !members.isEmpty {
            if Clock.nanoseconds() >= end || isHurried() { return false }
            Clock.sleep(until: Clock.nanoseconds() + 5 * Self.pauseNanoseconds)
        }
        return true
    }
}
