internal import CLinux
internal import FlashSale
internal import Glibc

/// Watching programs while they begin, so that one that cannot is told before the doors open.
extension DriverLoop {
    /// How long programs that were just started are watched at most: those that cannot even begin end at once.
    private static var settlingNanoseconds: UInt64 { 2_000_000_000 }
    /// How often they are looked at, and for how many looks one must have done nothing at all to have begun.
    private static var lookMilliseconds: Int32 { 20 }
    private static var idleLooks: Int { 3 }

    /// Waits until all programs wait for a question.
    func settle() throws(ProgramFailure) {
        let end = Clock.nanoseconds() + Self.settlingNanoseconds
        var starting = Array(drivers.indices)
        var before = [[ChildHandle.Activity]?](repeating: nil, count: drivers.count)
        var idle = [Int](repeating: 0, count: drivers.count)
        while !starting.isEmpty, Clock.nanoseconds() < end {
            let count = epoll_wait(epoll, events, Int32(Self.batch), Self.lookMilliseconds)
            for event in 0..<max(0, Int(count)) where events[event].data.u64 != Self.wakeToken {
                if let driver = drivers[Int(events[event].data.u64)] { try checkStart(of: driver) }
            }
            starting.removeAll { index in
                // A wrapper such as a shell waits while what it has started begins.
                let now = drivers[index]?.child.activities
                idle[index] = now != nil && now == before[index] ? idle[index] + 1 : 0
                before[index] = now
                return idle[index] == Self.idleLooks
            }
        }
    }

    /// A program that was not asked anything has said something, or has ended.
    private func checkStart(of driver: Driver) throws(ProgramFailure) {
        let name = driver.description(words, worker: host.worker)
        switch driver.lines.read(from: driver.output) {
        case .nothingNow: return
        case .some:
            let said = ForeignText.shown(driver.lines.rest, limit: 80)
            throw ProgramFailure(
                .notAsked,
                "\(name), which wrote to its standard output before it was asked anything: \(said); that is for answers only, "
                    + "so write other things to standard error")
        case .ended:
            let ending = driver.child.ending(withinMilliseconds: 100)
            throw ProgramFailure(
                .notAsked,
                "\(name), which ended as soon as it was started (\(ending?.words ?? "it has closed its standard output"))"
            )
        }
    }
}
