extension StrategyMachine {
    /// The first of what the report quotes, as text.
    struct Remarks {
        /// A reply that no rule matched.
        var firstHole: String?
        /// A reply that made an attempt fail or left it unknown.
        var firstError: String?
        /// An error on the way to EXEC; which of them was an answer, EXEC's own reply does not say.
        var firstQueued: String?
        /// A reply that does not name the units of a win.
        var firstNameless: String?
        /// A reply that was too large to be read.
        var firstOversized: String?
    }
}
