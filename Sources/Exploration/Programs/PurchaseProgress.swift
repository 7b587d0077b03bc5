/// How far a purchase has come in the execution under way.
struct PurchaseProgress {
    enum Phase: UInt64 {
        case notBegun
        /// It is at work, or was told something just now.
        case thinking
        /// A command of it waits at the proxy, or behind another one there.
        case atProxy
        /// A command of it waits at the server for others.
        case blocked
        /// It waits for something that is not at the proxy: a lock of its own, a pool, a time.
        case elsewhere
        case answered
    }

    var phase = Phase.notBegun
    var isUnderWay: Bool { phase != .answered && phase != .notBegun }
    /// Its steps, by their places.
    var steps: [Int] = []
    /// How many steps there were when it was answered.
    var answeredAt: Int?
    var answer: ProgramAnswer?
    /// Whether something of it was lost on purpose.
    var isHit = false
    /// Steps of others that let it go on.
    var causes: [Int] = []
}
