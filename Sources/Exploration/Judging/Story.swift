internal import FlashSale

/// What happened in an order, in plain words: the read that was out of date when somebody acted on it, and what was lost.
struct Story {
    private let steps: [Execution.Step]
    /// Attempts of purchases that take their time; none where none does.
    private let attempts: [Attempt]
    private let name: (Int) -> String

    /// - Parameter name: of a buyer, by their place.
    init(of execution: Execution, _ facts: RunFacts, name: @escaping (Int) -> String) {
        steps = execution.steps
        attempts = facts.recorded.scenario?.phases == nil ? [] : Array(facts.recorded.history)
        self.name = name
    }

    static func name(_ buyer: Int, _ part: AttemptPhase?) -> String {
        switch part {
        case nil, .reserve: "buyer \(buyer)"
        case .pay: "the payment of buyer \(buyer)"
        case .cancel: "the giving back of buyer \(buyer)"
        }
    }

    var sentences: [String] {
        var sentences = broken + holds
        if let stale = staleRead { sentences.append(stale) }
        return sentences
    }

    /// What became of each hold.
    private var holds: [String] {
        let lapses = steps.indices.filter { steps[$0].offer.choice.isExpiry }
        return attempts.filter { $0.outcome == .held }.compactMap { hold in
            guard let told = hold.returnedNanoseconds.map(StepTime.step) else { return nil }
            var events = attempts.filter { $0.purchase == hold.purchase && $0.phase != .reserve }.map { attempt in
                (attempt.returnedNanoseconds.map(StepTime.step) ?? steps.count, 1, Self.words(attempt))
            }
            if let lapse = lapses.first(where: { $0 >= told }) { events.append((lapse, 0, "the hold is over")) }
            events.sort { ($0.0, $0.1) < ($1.0, $1.1) }
            return "Buyer \(hold.buyer) has \(hold.quantity.counted("unit")) on hold since step \(told + 1)"
                + events.map { $0.0 < steps.count ? "; in step \($0.0 + 1) \($0.2)" : "; \($0.2)" }.joined() + "."
        }
    }

    private static func words(_ attempt: Attempt) -> String {
        let isPayment = attempt.phase == .pay
        return switch attempt.outcome {
        case .won: "the payment is accepted"
        case .returned: "it is given back"
        case .unknown: isPayment ? "nobody knows whether it was paid for" : "nobody knows whether it was given back"
        case .soldOut, .conflict, .duplicate, .failed, .held:
            isPayment ? "the payment is refused" : "giving it back is refused"
        }
    }

    /// What was broken on the way.
    private var broken: [String] {
        steps.enumerated().compactMap { place, step in
            let words = step.offer.words
            return switch step.offer.choice {
            case .run: nil
            case .expire: "In step \(place + 1), \(words)."
            case .loseReply(let buyer, _):
                "In step \(place + 1), the server executes \(words), and \(name(buyer)) never hears of it."
            case .loseRequest(let buyer, _):
                "In step \(place + 1), \(words) is lost before the server has it, and \(name(buyer)) cannot tell."
            case .crash(let buyer) where !step.offer.struck.isEmpty:
                "In step \(place + 1), \(name(buyer)) is gone: \(words)."
            case .crash(let buyer): "In step \(place + 1), \(name(buyer)) is gone, before \(words)."
            case .lapse: "In step \(place + 1), \(words)."
            case .restart:
                "In step \(place + 1), the server is restarted: its data is kept, connections and what waited on them are lost."
            }
        }
    }

    /// The last write that rests on what somebody else has changed since it was read.
    private var staleRead: String? {
        for (place, write) in steps.enumerated().reversed() {
            guard let buyer = write.offer.choice.buyer, !write.offer.footprint.writtenKeys.isEmpty else { continue }
            for key in write.offer.footprint.writtenKeys {
                guard
                    let read = steps[..<place].lastIndex(where: {
                        $0.offer.choice.buyer == buyer && $0.offer.footprint.reads(key)
                    }),
                    let other = steps[read..<place].firstIndex(where: {
                        $0.offer.choice.buyer != buyer && $0.taken?.changed == true && $0.offer.footprint.writes(key)
                    }),
                    let who = steps[other].offer.choice.buyer
                else { continue }
                return
                    "In step \(read + 1), \(name(buyer)) reads (\(steps[read].offer.words)\(steps[read].taken?.reply.map { " -> \($0)" } ?? "")). "
                    + "In step \(other + 1), \(name(who)) changes it (\(steps[other].offer.words)). "
                    + "In step \(place + 1), \(name(buyer)) acts on what it read before (\(write.offer.words))."
            }
        }
        return nil
    }
}
