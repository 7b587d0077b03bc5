/// One word of a Lua script, with the line that it stands on.
package struct LuaToken: Sendable, Equatable {
    /// What sort of word it is.
    package enum Kind: Sendable {
        /// A name that a script gives to something.
        case name
        /// A word that the language keeps for itself, such as `end`.
        case keyword
        /// A numeral, decimal or hexadecimal.
        case number
        /// A string; its text is what it stands for, without quotation marks and escapes.
        case string
        /// An operator, a bracket, or anything that could not be read.
        case symbol
    }

    package var kind: Kind
    package var text: String
    /// From 1.
    package var line: Int

    package init(_ kind: Kind, text: String, line: Int) {
        self.kind = kind
        self.text = text
        self.line = line
    }
}
