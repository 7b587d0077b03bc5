/// Why an exploration ended.
package enum ExplorationEnd: Sendable, Equatable {
    /// Nothing is left.
    case complete
    /// Somebody has seen enough.
    case stopped
    /// Orders were drawn, so that some may never have been.
    case drawn
    /// A bound was reached: every order that costs up to so much was made, -1 for none.
    case cut(allUpTo: Int)
}
