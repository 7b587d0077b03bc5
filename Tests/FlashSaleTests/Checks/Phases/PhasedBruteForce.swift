import FlashSale

/// Whether some order of all attempts and lapses is that of a right shop: every one is tried.
struct PhasedBruteForce {
    private enum State { case none, held, paid, back }

    private struct Event {
        var call: UInt64
        var end: UInt64
        var attempt: Attempt
        var isLapse = false
        /// Whether it may never take effect.
        var isOptional = false
    }

    private let history: PhasedHistory
    private var events: [Event] = []

    init(_ history: PhasedHistory) {
        self.history = history
        for attempt in history.attempts {
            switch attempt.outcome {
            // They did nothing.
            case .conflict, .failed, .duplicate: continue
            default: break
            }
            let isLost = attempt.outcome == .unknown
            events.append(
                Event(
                    call: attempt.invokedNanoseconds, end: attempt.returnedNanoseconds ?? .max, attempt: attempt,
                    isOptional: isLost))
            if attempt.phase == .reserve, attempt.outcome == .held || isLost {
                events.append(
                    Event(
                        call: attempt.invokedNanoseconds + history.lapses, end: .max, attempt: attempt, isLapse: true,
                        isOptional: true))
            }
        }
    }

    var isValid: Bool { search(Array(events.indices), 0, history.units, [:]) }

    private func search(_ open: [Int], _ now: UInt64, _ left: Int, _ states: [Int: State]) -> Bool {
        if open.allSatisfy({ events[$0].isOptional }), fits(left, states) { return true }
        let latest = open.lazy.filter { !events[$0].isOptional }.map { events[$0].end }.min() ?? .max
        for (place, index) in open.enumerated() {
            let event = events[index]
            let instant = max(now, event.call)
            guard instant <= event.end, instant <= latest else { continue }
            var (nextLeft, nextStates) = (left, states)
            guard apply(event, &nextLeft, &nextStates) else { continue }
            var rest = open
            rest.remove(at: place)
            if search(rest, instant, nextLeft, nextStates) { return true }
        }
        return false
    }

    private func apply(_ event: Event, _ left: inout Int, _ states: inout [Int: State]) -> Bool {
        let attempt = event.attempt
        let own = states[attempt.purchase] ?? .none
        func back() {
            states[attempt.purchase] = .back
            left += attempt.quantity
        }
        if event.isLapse {
            guard own == .held else { return false }
            back()
            return true
        }
        if attempt.outcome == .soldOut { return left < attempt.quantity }
        func take(_ state: State) -> Bool {
            guard left >= attempt.quantity else { return false }
            left -= attempt.quantity
            states[attempt.purchase] = state
            return true
        }
        switch attempt.phase {
        case .reserve:
            guard own == .none, take(.held) else { return false }
            return attempt.remaining.map { $0 == left } ?? true
        case .pay:
            switch own {
            case .held: states[attempt.purchase] = .paid
            case .paid: break
            case .back: return take(.paid)
            case .none: return false
            }
        case .cancel:
            switch own {
            case .held, .paid: back()
            case .back: break
            case .none: return false
            }
        }
        return true
    }

    private func fits(_ left: Int, _ states: [Int: State]) -> Bool {
        if let told = history.left {
            let held = states.filter { $0.value == .held }.keys.reduce(0) { sum, purchase in
                sum + (history.attempts.first { $0.purchase == purchase }?.quantity ?? 0)
            }
            if let onHold = history.held {
                guard onHold == held, told == left + held else { return false }
            } else if told != left {
                return false
            }
        }
        guard let orders = history.orders else { return true }
        return Set(orders) == Set(states.filter { $0.value == .paid }.keys)
    }
}
