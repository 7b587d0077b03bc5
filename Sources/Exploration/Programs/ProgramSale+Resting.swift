internal import CLinux
internal import FlashSale
internal import Proxy

/// What those who serve purchases do though nobody buys.
extension ProgramSale {
    /// Who was only just started is looked at for so long, in nanoseconds.
    private static var firstLook: UInt64 { 20_000_000 }
    private static var longestRest: UInt64 { 1_000_000_000 }
    private static var pause: UInt64 { 1_000_000 }
    /// What is sent to see whether the server is alive.
    private static var signsOfLife: Set<String> { ["PING", "ECHO", "TIME", "INFO"] }

    /// Waits until nobody is at work, and keeps what goes on all the same: threads that wake at times, and connections on which
    /// something is asked again and again. Neither is to be taken for a purchase.
    ///
    /// A service can be reached before all of its threads run.
    mutating func comeToRest() throws(RunError) {
        let processes = participants.processes(of: nil)
        guard !hasRested else { return idleTimers.formUnion(ThreadLook.timers(of: processes)) }
        hasRested = true
        idleTimers = .init()
        let start = Clock.nanoseconds()
        var last: ThreadLook?
        var alike = 0
        while Clock.nanoseconds() < start + Self.longestRest {
            try ProxyWaits.serve(proxy, also: participants.descriptors, nanoseconds: Self.pause)
            for case .passed(let connection, let command) in proxy.takeEvents()
            where Self.signsOfLife.contains(command.name) {
                idleCommands[connection.number, default: []].insert(command.name)
            }
            idleTimers.formUnion(ThreadLook.timers(of: processes))
            let look = ThreadLook(at: processes)
            alike = look != nil && look == last ? alike + 1 : 0
            last = look
            if alike >= 2, Clock.nanoseconds() >= start + Self.firstLook { return }
        }
    }
}
