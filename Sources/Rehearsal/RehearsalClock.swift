internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Shop

/// How long a rehearsal may take.
struct RehearsalClock {
    /// In all, where nobody says less.
    static let seconds: Double = 30
    /// For the answer to one command.
    private static let answerMilliseconds = 10_000

    /// CLOCK_MONOTONIC at which it is cut short.
    private let deadline: UInt64

    /// - Parameter seconds: from now on.
    init(seconds: Double) { deadline = Clock.nanoseconds() + UInt64(seconds * 1e9) }

    var isOver: Bool { Clock.nanoseconds() >= deadline }

    /// - Parameter place: where the rehearsal is, for people: `before EVALSHA buy`.
    /// - Throws: if the time is over.
    func check(_ place: @autoclosure () -> String) throws(RunError) {
        if isOver { throw RunError(.unavailable, "its time was over \(place())") }
    }

    /// Lets no later answer take longer than the time that is left, or than one answer may.
    ///
    /// - Parameter place: where the rehearsal is, for people.
    /// - Throws: if the time is over.
    func limit(_ sale: inout Sale, _ place: @autoclosure () -> String) throws(RunError) {
        try check(place())
        let left = Int((deadline - min(deadline, Clock.nanoseconds())) / 1_000_000) + 1
        guard let endpoint = sale.endpoint else { return }
        do throws(ConnectionError) {
            try sale.connection.wait(atMostMilliseconds: min(left, Self.answerMilliseconds), endpoint)
        } catch {
            throw RunError(.unavailable, "the private server cannot be reached: \(error)")
        }
    }
}
