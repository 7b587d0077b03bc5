package import FlashSale

/// A sale of a few buyers of whom each waits, before each command, until it is told to go on: what an ``Explorer`` drives. Neither
/// the search nor the judges know what the commands mean, or who sends them.
package protocol SteppedSale: ~Copyable {
    /// How many buyers there are.
    var buyers: Int { get }
    /// Whether the buyers do the same, so that it does not matter who is who.
    var areAlike: Bool { get }

    /// How many of the buyers are one and the same person, each of whom goes its own way: those at places from 0 on, then as many others.
    var width: Int { get }

    /// Which part of a purchase a buyer is; nil where purchases have no parts.
    func part(of buyer: Int) -> AttemptPhase?

    /// What a buyer is called in the history, by their place from 0.
    func number(of buyer: Int) -> Int

    /// Ends what is left of the last execution, puts everything to where it was before the sale, and has every buyer begin.
    mutating func begin() throws(RunError)

    /// What may happen next; none where the sale is over, or where nothing happens any more. To be called when nothing is under way.
    /// Of a buyer who waits, each command that could be lost is offered three times: to run, to lose its reply, and to be lost.
    mutating func offers() throws(RunError) -> [Offer]

    /// Has one of the offers happen, and returns when everything is quiet again.
    mutating func take(_ offer: Offer) throws(RunError) -> Taken

    /// Why what was found in all executions may not be all, in words for the user: somebody was slow, or did another thing than waiting
    /// for a reply.
    var notes: [String] { get }

    /// What the user should know beside what was found.
    var remarks: [Finding] { get }

    /// Whether a buyer may come later than it is waited for, as those do who are no part of this program.
    var mayBeLate: Bool { get }

    /// Whether somebody neither waits before a command nor is over: asleep as far as can be seen, so that they may still come with a command
    /// that belongs among the offers.
    var isSomebodyAway: Bool { get }

    /// Why the execution that is under way does not count, in words for the user; nil where it does.
    var disturbance: String? { get }

    /// What is left, and how many orders there are, as far as that can be read; nil where it cannot.
    mutating func look() throws(RunError) -> (stock: Int?, orders: Int?)

    /// Keys that the buyers have made, and that do not expire, for people.
    func leftovers() -> Set<String>

    /// Whether a command has turned out, since this was asked last, to touch keys that it was not known to touch, so that orders may have
    /// been left out that matter. From now on they are known.
    mutating func hasLearned() throws(RunError) -> Bool

    /// What is to be judged once the sale is over. Times are steps: the first one from 10 on, each 10 later than the one before
    /// (``StepTime``).
    mutating func facts() throws(RunError) -> RunFacts
}

extension SteppedSale where Self: ~Copyable {
    package var width: Int { 1 }
    package func part(of buyer: Int) -> AttemptPhase? { nil }
    package var mayBeLate: Bool { false }
    package var isSomebodyAway: Bool { false }
    package var remarks: [Finding] { [] }
}

/// Steps as the times of a history, so that the checks of a run judge it: an attempt is called with its first step and over with its
/// last one, and comes before another where it was over before that one's first step.
package enum StepTime {
    /// Of the step at this place, from 0.
    package static func invoked(at step: Int) -> UInt64 { UInt64(step + 1) * 10 }
    package static func returned(at step: Int) -> UInt64 { UInt64(step + 1) * 10 + 5 }
    /// The place of the step at that time.
    package static func step(of time: UInt64) -> Int { Int(time / 10) - 1 }
}
