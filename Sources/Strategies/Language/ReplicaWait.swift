internal import FlashSale

/// `wait: 1 100ms`: the buyer is told of a sale once so many replicas have it, or is told after the time how many have.
package struct ReplicaWait: Sendable, Equatable {
    /// How many are wanted.
    package var replicas: Int
    /// At least 1: to WAIT, 0 means for ever.
    package var milliseconds: Int

    package static let replicaBounds = 1...100
    package static let millisecondBounds = 1...60_000

    /// What is wrong with it, for the user.
    struct Problem: Error {
        var message: String
    }

    package init(replicas: Int, milliseconds: Int) {
        self.replicas = replicas
        self.milliseconds = milliseconds
    }

    /// - Throws: ``Problem`` for anything but a number and a duration, each within its bounds.
    init(_ text: String) throws(Problem) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard words.count == 2, let replicas = Int(words[0]), Self.replicaBounds.contains(replicas) else {
            throw Problem(
                message:
                    "how many replicas (\(Self.replicaBounds.lowerBound) to \(Self.replicaBounds.upperBound)) and how long are wanted, "
                    + "such as 1 100ms; found \(text.isEmpty ? "nothing" : ForeignText.shown(text, limit: 40))")
        }
        let microseconds: Int
        do throws(DurationText.Problem) {
            microseconds = try DurationText.microseconds(words[1])
        } catch {
            throw Problem(message: error.message)
        }
        guard microseconds.isMultiple(of: 1000), Self.millisecondBounds.contains(microseconds / 1000) else {
            throw Problem(message: "whole milliseconds from 1ms to 60s are possible; found \(words[1])")
        }
        self.init(replicas: replicas, milliseconds: microseconds / 1000)
    }

    /// What goes out.
    func command(line: Int) -> Strategy.Command {
        Strategy.Command(
            arguments: ["WAIT", "\(replicas)", "\(milliseconds)"].map { Template(pieces: [.text($0)]) }, line: line)
    }

    /// The outcomes where the file gives none: fewer have it than were wanted, or the server was made a replica meanwhile, which it
    /// answers with an error. The sale may be forgotten then.
    func mayBeForgotten(line: Int) -> [Strategy.Rule] {
        var error = Strategy.Rule(matcher: .error(prefix: ""), outcome: .unknown, when: "error", line: line)
        // What only a failover brings about is nothing that a run should have met.
        error.isOfProtocol = true
        return [
            Strategy.Rule(matcher: .integers(0...(replicas - 1)), outcome: .unknown, when: "< \(replicas)", line: line),
            error,
        ]
    }
}

extension Strategy {
    /// Replicas that an attempt waits for, at most; 0 where it waits for none.
    package var waitedReplicas: Int { allSteps.compactMap { $0.wait?.replicas }.max() ?? 0 }

    /// Why an attempt could never be kept by as many replicas as it waits for, in words that say what to do; nil where it can.
    ///
    /// - Parameter replicas: of the primary that the sale is on; nil where nobody knows.
    package func problemOfWaiting(replicas: Int?) -> String? {
        guard waitedReplicas > 0, let replicas, replicas < waitedReplicas,
            let step = allSteps.first(where: { $0.wait?.replicas == waitedReplicas })
        else { return nil }
        return
            "\(file):\(step.line): an attempt waits for \(waitedReplicas.counted("replica")) (wait:), and the sale's server has "
            + "\(replicas == 0 ? "none" : "\(replicas)"), so that none would ever be sold for certain"
    }
}
