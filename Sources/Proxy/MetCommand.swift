/// A command of which enough was read to say what it is.
struct MetCommand {
    var number: Int
    var sent: UInt64
    var traits: CommandTraits
    /// Whether it may write now: nothing that is queued does, and EXEC does what was queued.
    var mayWrite: Bool
    var isQueued: Bool
    /// Whether all its bytes are there; a large one goes on in pieces.
    var isWhole: Bool
    var strike: FaultSchedule.Strike?
}
