/// Why what was read beside the history may be wrong. Nobody is accused because of what may be.
package struct Doubts: Sendable, Equatable {
    /// Whether every client of ours was seen to be gone on the server before the final read.
    package var clientsWereGone = true
    /// How the server was lost while buyers bought; nil if it was there all the time, as far as is known.
    package var serverLoss: ServerLoss?
    /// What is wrong with files that the verdict rests on, in words for the user.
    package var recordProblems: [String] = []
    /// Why the units, the stock at the end, and whatever else is not in the history may be wrong, in words that go on after
    /// "but"; nil if they can be relied on.
    package var reason: String?

    package init() {}
}
