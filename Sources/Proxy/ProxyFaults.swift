/// What a proxy does to the wire on purpose, as a value: what, how often, and when.
package struct ProxyFaults: Sendable, Equatable {
    /// What is done to a command, or to connections.
    package enum Kind: String, Sendable, CaseIterable {
        /// A command that may write is passed on whole and its reply is read from the server; the client's connection is then reset in the
        /// place of the reply.
        case loseReplies = "lose-replies"
        /// The server gets the first half of a command that may write, and then both connections are closed: it is never run.
        case cutRequests = "cut-requests"
        /// A reply comes later by ``Fault/delayNanoseconds``. Other connections go on.
        case slowReplies = "slow-replies"
        /// A command that may write is run once on a connection of its own, whose reply is dropped, and then passed on as it came: as
        /// after a client that sent it again because the first reply did not come in time.
        case repeatRequests = "repeat-requests"
        /// Connections of clients are reset, whatever they wait for.
        case killConnections = "kill-connections"
    }

    /// Which commands are meant.
    package enum Moment: Sendable, Equatable {
        /// Those that come in a time of CLOCK_MONOTONIC, in nanoseconds: from the first up to, and without, the last. Connections are
        /// killed once, at its start.
        case between(from: UInt64, to: UInt64)
        /// The n-th command that may write, from 1, since the faults were set. If nothing was done by it, the next one that is.
        case write(Int)

        /// As long as the faults are set.
        package static let always = Moment.between(from: 0, to: .max)
    }

    /// One sort of fault.
    package struct Fault: Sendable, Equatable {
        package var kind: Kind
        /// How many of those that are meant, 0...1: of commands, or of connections.
        package var share: Double
        package var moment: Moment
        /// How much later slow replies come.
        package var delayNanoseconds: UInt64

        package init(
            _ kind: Kind, share: Double = 1, _ moment: Moment = .always, delayNanoseconds: UInt64 = 100_000_000
        ) {
            self.kind = kind
            self.share = share
            self.moment = moment
            self.delayNanoseconds = delayNanoseconds
        }
    }

    /// The first that strikes a command has it.
    package var faults: [Fault]
    /// Which of the commands are struck. Two runs meet the same ones only if their commands come in the same order.
    package var seed: UInt64

    package init(_ faults: [Fault], seed: UInt64 = 1) {
        self.faults = faults
        self.seed = seed
    }
}
