/// One ping between the coordinator and a machine. Each time is CLOCK_MONOTONIC in nanoseconds, of the clock of whoever read it.
package struct ClockExchange: Codable, Sendable, Equatable {
    /// The coordinator's, before the first byte of the ping was written.
    package var sent: UInt64
    /// The machine's, after the ping was read.
    package var received: UInt64
    /// The machine's, before the first byte of the answer was written.
    package var answered: UInt64
    /// The coordinator's, after the answer was read.
    package var heard: UInt64

    package init(sent: UInt64, received: UInt64, answered: UInt64, heard: UInt64) {
        self.sent = sent
        self.received = received
        self.answered = answered
        self.heard = heard
    }
}
