internal import FlashSale

/// What happened in an order, in plain words: the read that was out of date when somebody acted on it, and what was lost.
struct Story {
    private let steps: [Execution.Step]
    private let number: (Int) -> Int

    init(of execution: Execution, number: @escaping (Int) -> Int) {
        steps = execution.steps
        self.number = number
    }

    var sentences: [String] {
        var sentences = broken
        if let stale = staleRead { sentences.append(stale) }
        return sentences
    }

    private func name(_ buyer: Int) -> String { "buyer \(number(buyer))" }

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
