/// The attempts that count as one call to the sale: with `idempotent:`, all those of a purchase or of a buyer, since a
/// repeated call gives what the first one got; without, each attempt alone.
///
/// Only groups with a win or an unknown are operations. The others took nothing, whatever the ledger says.
package struct Operation: Sendable {
    package enum State: Sendable {
        /// A buyer was told that they won.
        case won
        /// Every answer was lost, but an order shows that it took effect.
        case proven
        /// It may have taken effect or not.
        case open
        /// Every answer was lost, and the ledger shows that it took nothing.
        case disproven
    }

    /// Where its attempts are, in the order of invocation.
    private enum Members {
        case one(History.Position)
        case several([History.Position])
    }

    private var history: History
    private var members: Members
    package internal(set) var state: State
    /// Whether its calls may repeat one that the history lacks, of another quantity: one unit at least.
    private let mayRepeatUnrecorded: Bool
    /// The operations that the ledger cannot tell from this one, as an index into ``OrderBook/pools``.
    var pool: UInt32 = 0

    /// - Parameter positions: in the order of invocation, with at least one that won or is unknown.
    private init(_ positions: [History.Position], in history: History, mayRepeatUnrecorded: Bool) {
        self.history = history
        self.mayRepeatUnrecorded = mayRepeatUnrecorded
        members = .several(positions)
        state = positions.contains { history.record(at: $0).outcome == .won } ? .won : .open
    }

    /// An attempt that won or is unknown, and is an operation by itself.
    private init(alone position: History.Position, in history: History) {
        self.history = history
        mayRepeatUnrecorded = false
        members = .one(position)
        state = history.record(at: position).outcome == .won ? .won : .open
    }

    /// Those of the history, in the order of their first call.
    ///
    /// - Parameter hasGaps: whether the history lacks attempts.
    static func all(_ facts: RunFacts, hasGaps: Bool) -> [Operation] {
        let history = facts.recorded.history
        guard facts.rules.idempotency != .none else {
            return facts.recorded.survey.effective.map { Operation(alone: $0, in: history) }
        }
        let scope = Scope(facts.rules.idempotency)
        let keys = Set(facts.recorded.survey.effective.map { scope.key(of: history.record(at: $0)) })
        var groups: [Int: [History.Position]] = [:]
        for (position, record) in history.records where keys.contains(scope.key(of: record)) {
            groups[scope.key(of: record), default: []].append(position)
        }
        for key in groups.keys { Survey.sort(&groups[key]!, history) }
        let mayRepeatUnrecorded = hasGaps && facts.rules.idempotency == .buyer
        return groups.values.map { Operation($0, in: history, mayRepeatUnrecorded: mayRepeatUnrecorded) }
            .sorted { RecordView.precedes($0.first, $1.first) }
    }

    /// The same by the clock of the machine that made all of its attempts.
    ///
    /// - Returns: nil where several did, or all times are of one clock.
    var asShown: Operation? {
        guard let shown = history.shown else { return nil }
        var positions = positions
        let machine = history.machine(of: first)
        guard positions.allSatisfy({ history.machine(of: history.record(at: $0)) == machine }) else { return nil }
        var operation = self
        operation.history = shown
        if !isSingle {
            Survey.sort(&positions, shown)
            operation.members = .several(positions)
        }
        return operation
    }

    /// All of them, in the order of invocation, those that took nothing included.
    package var attempts: [Attempt] {
        switch members {
        case .one(let position): [history[position]]
        case .several(let positions): history.attempts(at: positions)
        }
    }

    /// The one that took effect, if the operation did, is among these: a win, or an unknown that was called before the
    /// first win had returned (what came later only repeated it).
    package var candidates: [Attempt] {
        guard case .several = members else { return attempts }
        let effective = attempts.filter { $0.outcome == .won || $0.outcome == .unknown }
        let firstReturn = effective.lazy.filter { $0.outcome == .won }.compactMap(\.returnedNanoseconds).min() ?? .max
        let early = effective.filter { $0.invokedNanoseconds <= firstReturn }
        // Only a record whose times are impossible leaves none.
        return early.isEmpty ? effective : early
    }

    /// The first call.
    @inline(__always)
    var first: RecordView {
        switch members {
        case .one(let position): history.record(at: position)
        case .several(let positions): history.record(at: positions[0])
        }
    }

    /// Where its attempts are, in the order of invocation.
    var positions: [History.Position] {
        switch members {
        case .one(let position): [position]
        case .several(let positions): positions
        }
    }

    /// Where its only attempt is; nil where it has several.
    @inline(__always)
    var singlePosition: History.Position? { if case .one(let position) = members { position } else { nil } }

    /// Whether it is one attempt.
    @inline(__always)
    var isSingle: Bool { if case .one = members { true } else { false } }

    /// The purchase of the first call; with a buyer's idempotency there may be others.
    package var purchase: Int { first.purchase }
    package var buyer: Int { first.buyer }

    /// From the first call …
    package var invokedNanoseconds: UInt64 { first.invokedNanoseconds }

    /// … to the last return; nil if one without a known end could still take effect. After a win none can: it would
    /// only repeat it.
    package var returnedNanoseconds: UInt64? {
        if isSingle { return first.returnedNanoseconds }
        let isOpenEnded = candidates.contains { $0.returnedNanoseconds == nil }
        return state != .won && isOpenEnded ? nil : attempts.compactMap(\.returnedNanoseconds).max()
    }

    /// The earliest call that may have taken effect.
    var earliestEffect: UInt64 { isSingle ? invokedNanoseconds : candidates[0].invokedNanoseconds }

    /// The latest instant at which it can have taken effect: before the first win returned, or else before the last of
    /// the calls ended that may have taken effect; nil if one of them has no known end.
    var latestEffect: UInt64? {
        if isSingle { return first.returnedNanoseconds }
        if state == .won, let told = wins.compactMap(\.returnedNanoseconds).min() { return told }
        let candidates = candidates
        let ends = candidates.compactMap(\.returnedNanoseconds)
        return ends.count < candidates.count ? nil : ends.max()
    }

    /// Attempts that were told that they won.
    package var wins: [Attempt] { attempts.filter { $0.outcome == .won } }

    /// Whether more than one of its attempts got an answer that says what became of the units.
    var wasAskedAgain: Bool {
        guard case .several(let positions) = members else { return false }
        var answers = 0
        for position in positions {
            switch history.record(at: position).outcome {
            case .won, .soldOut, .duplicate, .returned, .held: answers += 1
            case .conflict, .failed, .unknown: break
            }
        }
        return answers > 1
    }

    /// The attempts that show the operation to people: its wins, or else all that may have taken effect.
    var evidence: [Attempt] { state == .won ? wins : candidates }

    /// The different numbers of units left that its wins were told. More than one shows that it took more than one unit.
    var toldRemaining: [Int] {
        if isSingle { return state == .won ? first.remaining.map { [$0] } ?? [] : [] }
        var seen: Set<Int> = []
        return wins.compactMap(\.remaining).filter { seen.insert($0).inserted }
    }

    /// Whether one of its wins may report fewer than none left; exact, and quick, for a single attempt.
    var mayBeToldNegative: Bool { !isSingle || first.remaining ?? 0 < 0 }

    /// Units left, as its win was told; where every answer was lost, what the only attempt had learned by then.
    package var remaining: Int? {
        if isSingle { return first.remaining }
        if state == .won { return toldRemaining.first }
        let candidates = candidates
        return candidates.count == 1 ? candidates[0].remaining : nil
    }

    /// The units that it took if it took effect, ascending. There are several where purchases of different quantities are
    /// one operation and it is not known which of them came first.
    package var quantities: [Int] {
        if isSingle { return [first.quantity] }
        let candidates = candidates
        guard candidates.count > 1 || mayRepeatUnrecorded else { return [candidates[0].quantity] }
        return Set(candidates.map(\.quantity) + (mayRepeatUnrecorded ? [1] : [])).sorted()
    }
    package var leastQuantity: Int { isSingle ? first.quantity : quantities[0] }
    package var mostQuantity: Int { isSingle ? first.quantity : quantities.last ?? 0 }
}
