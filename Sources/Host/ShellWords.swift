/// Splits a text into the words that a POSIX shell would hand to a program, without expanding anything.
package enum ShellWords {
    /// Why a text is no list of words: what follows "wanted …".
    package struct Problem: Error, Equatable, Sendable {
        package var message: String
    }

    /// - Throws: ``Problem`` for a quote that is never closed, and for a backslash at the end.
    package static func split(_ text: String) throws(Problem) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = text.makeIterator()
        while let character = characters.next() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", _): word = (word ?? "") + String(character)
            case (_, "\\"):
                guard let next = characters.next() else { throw Problem(message: "a backslash stands at the end") }
                // Within double quotes only these are escaped.
                let isEscape = quote == nil || "\\\"$`".contains(next)
                word = (word ?? "") + (isEscape ? "" : "\\") + String(next)
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (nil, _) where character.isWhitespace:
                if let word { words.append(word) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        if let quote { throw Problem(message: "a quote (\(quote)) is never closed") }
        if let word { words.append(word) }
        return words
    }
}
