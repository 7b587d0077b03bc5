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

    /// All of them, in the order of invocation, those that took nothing included.
    package let attempts: [Attempt]
    /// The one that took effect, if the operation did, is among these: a win, or an unknown that was called before the
    /// first win had returned (what came later only repeated it).
    package let candidates: [Attempt]
    package internal(set) var state: State
    /// The operations that the ledger cannot tell from this one, as an index into ``Resolution/pools``.
    var pool = 0

    /// - Parameter attempts: in the order of invocation, with at least one that won or is unknown.
    init(_ attempts: [Attempt]) {
        self.attempts = attempts
        let wins = attempts.filter { $0.outcome == .won }
        let firstReturn = wins.compactMap(\.returnedNanoseconds).min() ?? .max
        let effective = attempts.filter { $0.outcome == .won || $0.outcome == .unknown }
        let early = effective.filter { $0.invokedNanoseconds <= firstReturn }
        // Only a record whose times are impossible leaves none.
        candidates = early.isEmpty ? effective : early
        state = wins.isEmpty ? .open : .won
    }

    /// An attempt that won or is unknown, and is an operation by itself.
    private init(alone attempt: Attempt) {
        attempts = [attempt]
        candidates = attempts
        state = attempt.outcome == .won ? .won : .open
    }

    /// Those of the history, in the order of their first call.
    ///
    /// - Parameter history: in the order of invocation.
    static func all(of history: [Attempt], _ idempotency: Idempotency) -> [Operation] {
        let effective = history.filter { $0.outcome == .won || $0.outcome == .unknown }
        guard idempotency != .none else { return effective.map(Operation.init(alone:)) }
        let scope = Scope(idempotency)
        let keys = Set(effective.map(scope.key))
        var groups: [Int: [Attempt]] = [:]
        for attempt in history where keys.contains(scope.key(of: attempt)) {
            groups[scope.key(of: attempt), default: []].append(attempt)
        }
        return groups.values.map { Operation($0) }.sorted {
            ($0.invokedNanoseconds, $0.attempts[0].id) < ($1.invokedNanoseconds, $1.attempts[0].id)
        }
    }

    /// The purchase of the first call; with a buyer's idempotency there may be others.
    package var purchase: Int { attempts[0].purchase }
    package var buyer: Int { attempts[0].buyer }

    /// From the first call …
    package var invokedNanoseconds: UInt64 { attempts[0].invokedNanoseconds }

    /// … to the last return; nil if one without a known end could still take effect. After a win none can: it would
    /// only repeat it.
    package var returnedNanoseconds: UInt64? {
        let isOpenEnded = candidates.contains { $0.returnedNanoseconds == nil }
        return state != .won && isOpenEnded ? nil : attempts.compactMap(\.returnedNanoseconds).max()
    }

    /// The earliest call that may have taken effect.
    var earliestEffect: UInt64 { candidates[0].invokedNanoseconds }

    /// Attempts that were told that they won.
    package var wins: [Attempt] { attempts.filter { $0.outcome == .won } }

    /// The attempts that show the operation to people: its wins, or else all that may have taken effect.
    var evidence: [Attempt] { state == .won ? wins : candidates }

    /// The different numbers of units left that its wins were told. More than one shows that it took more than one unit.
    var toldRemaining: [Int] {
        var told: [Int] = []
        for win in wins {
            if let remaining = win.remaining, !told.contains(remaining) { told.append(remaining) }
        }
        return told
    }

    /// Units left, as its win was told; where every answer was lost, what the only attempt had learned by then.
    package var remaining: Int? {
        if state == .won { return toldRemaining.first }
        return candidates.count == 1 ? candidates[0].remaining : nil
    }

    /// The units that it took if it took effect, ascending. There are several where purchases of different quantities are
    /// one operation and it is not known which of them came first.
    package var quantities: [Int] {
        candidates.count == 1 ? [candidates[0].quantity] : Set(candidates.map(\.quantity)).sorted()
    }
    package var leastQuantity: Int { quantities[0] }
    package var mostQuantity: Int { quantities[quantities.count - 1] }
}
