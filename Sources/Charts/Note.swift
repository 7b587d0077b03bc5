/// Something that is marked on the x axis across the whole plot, by a letter that the list below the picture explains.
package struct Note: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// What was broken, and for how long.
        case fault
        /// Since when something is wrong.
        case alarm
        case event
    }

    package var kind: Kind
    package var start: Double
    /// Nil for an instant.
    package var end: Double?
    package var text: String

    package init(_ kind: Kind, from start: Double, to end: Double? = nil, text: String) {
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text
    }
}
