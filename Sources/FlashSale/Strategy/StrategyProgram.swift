/// A strategy made ready for one sale: every command as prepared RESP pieces, with the sale's constants folded in.
///
/// Immutable, so that all threads of a worker share one. ``StrategyMachine`` runs it.
package final class StrategyProgram: Sendable {
    /// A piece of the wire.
    enum Part: Sendable, Equatable {
        /// Bytes of ``literals``, as they go out.
        case literal(start: Int, count: Int)
        /// A bulk string of one number.
        case number(Sum)
        /// A bulk string of one capture, as it came.
        case capture(Int)
        /// A bulk string of several pieces, out of ``pieces``.
        case mixed(start: Int, count: Int)
    }

    /// A piece of one argument.
    enum Piece: Sendable, Equatable {
        case text(start: Int, count: Int)
        case number(Sum)
        case capture(Int)
    }

    /// `constant` and terms out of ``terms``.
    struct Sum: Sendable, Equatable {
        var constant: Int
        var start: Int
        var count: Int
    }

    struct Term: Sendable, Equatable {
        var isNegative: Bool
        var source: Source
    }

    /// Where a number comes from at the time of an attempt.
    enum Source: Sendable, Equatable {
        case buyer, purchase, attempt, quantity, worker, thread, nowMilliseconds, random
        case randomBetween(Int, Int)
        case capture(Int)
        /// The reply at hand, or an element of it.
        case reply(element: Int?)
    }

    struct Rule: Sendable {
        var matcher: Matcher
        var outcome: Outcome
        var remaining: Sum?
    }

    struct Step: Sendable {
        enum Kind: Sendable, Equatable {
            case send, transaction, think
        }

        var kind: Kind
        /// What goes out, out of ``parts``.
        var parts: Range<Int> = 0..<0
        /// Replies that come back.
        var replies = 0
        /// Commands that the server's own table says have no effect.
        var hasNoEffect = false
        var watches = false
        var rules: Range<Int> = 0..<0
        var capture: Int?
        /// Sent in one write with the step before, since it does not need its reply and has no effect.
        var joinsPrevious = false
        var think: Scenario.Range?
    }

    /// The commands that have no effect wherever they stand, beside those that the server flags `readonly`.
    static let harmless: Set<String> = ["WATCH", "UNWATCH", "PING", "ECHO", "TIME"]

    let literals: [UInt8]
    let parts: [Part]
    let pieces: [Piece]
    let terms: [Term]
    let steps: [Step]
    let rules: [Rule]
    /// For each capture, whether it has to be a number.
    let captureIsNumber: [Bool]
    let seed: UInt64
    /// Whether `{now-ms}` is used, so that the caller must read the wall clock.
    package let usesWallClock: Bool

    /// Prepares a strategy.
    ///
    /// - Parameters:
    ///   - saleTag: what `{sale}` stands for.
    ///   - readOnlyCommands: names in capitals of the commands that the server flags `readonly`; every other command is
    ///     taken to have an effect.
    ///   - scenario: gives the units, the seed and the think time.
    package init(_ strategy: Strategy, saleTag: String, readOnlyCommands: Set<String>, scenario: Scenario) {
        var compiler = StrategyCompiler(
            strategy: strategy, saleTag: saleTag, units: scenario.units, readOnlyCommands: readOnlyCommands,
            think: scenario.thinkTimeMicroseconds)
        compiler.compile()
        literals = compiler.literals
        parts = compiler.parts
        pieces = compiler.pieces
        terms = compiler.terms
        steps = compiler.steps
        rules = compiler.rules
        captureIsNumber = compiler.captures.map { compiler.numericCaptures.contains($0) }
        usesWallClock = compiler.terms.contains { $0.source == .nowMilliseconds }
        seed = scenario.seed
    }
}
