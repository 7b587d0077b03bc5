/// What came of a step.
package struct Taken: Sendable, Equatable {
    /// Whether the data is other than before; true where that is not known.
    package var changed: Bool
    /// The reply for people; nil where nobody got one.
    package var reply: String?
    /// What others saw of it without asking: replies that it set free, and the like.
    package var note: String?

    package init(changed: Bool, reply: String?, note: String? = nil) {
        self.changed = changed
        self.reply = reply
        self.note = note
    }
}
