/// A text that is made up to a length and no further, however much there is to say: what is left out is never made.
package struct ShortText {
    private var scalars = String.UnicodeScalarView()
    /// Characters that still have room.
    private var room: Int
    /// Whether something had no room. Whatever is appended then is left out.
    package private(set) var isCut = false
    private var previous: Unicode.Scalar?

    /// - Parameter limit: of characters; escapes count as they are shown.
    package init(limit: Int) { room = limit }

    /// Appends words of ours, or as much of them as has room.
    package mutating func append(own text: String) {
        for scalar in text.unicodeScalars {
            guard take(1) else { return }
            scalars.append(scalar)
        }
        previous = nil
    }

    /// Appends text that is not ours, as ``ForeignText`` shows it, or as much of it as has room.
    package mutating func append(_ text: String) { append(of: text.unicodeScalars) }

    /// Appends bytes that are not ours, or as many of them as have room.
    package mutating func append(bytes: some Collection<UInt8>) {
        // A character has four bytes at most. One more tells whether there are more.
        let bytes = Array(bytes.prefix(4 * (max(0, room) + 1)))
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var position = 0
        var run = String.UnicodeScalarView()
        while !isCut {
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded):
                run.append(Unicode.UTF8.decode(encoded))
                position += encoded.count
            case .error(let length):
                append(of: run)
                run = String.UnicodeScalarView()
                for byte in bytes[position..<position + length] where !isCut {
                    append(escape: ForeignText.escape(byte))
                }
                position += length
            case .emptyInput: return append(of: run)
            }
        }
    }

    private mutating func append(of text: String.UnicodeScalarView) {
        previous = nil
        var index = text.startIndex
        while index < text.endIndex, !isCut {
            let scalar = text[index]
            index = text.index(after: index)
            if ForeignText.isShown(scalar, after: previous, before: index < text.endIndex ? text[index] : nil) {
                if take(1) { scalars.append(scalar) }
            } else {
                append(escape: ForeignText.escape(scalar))
            }
            previous = scalar
        }
    }

    /// Whole or not at all.
    private mutating func append(escape: String) {
        if take(escape.utf8.count) { scalars.append(contentsOf: escape.unicodeScalars) }
    }

    private mutating func take(_ count: Int) -> Bool {
        guard !isCut, count <= room else {
            isCut = true
            return false
        }
        room -= count
        return true
    }

    /// The text, with what there was in all where something is left out.
    ///
    /// - Parameter bytes: of all that there was to say.
    package func ended(_ bytes: @autoclosure () -> Int, _ amount: @autoclosure () -> String = "") -> String {
        guard isCut else { return String(scalars) }
        return String(scalars) + Self.mark + amount() + ForeignText.size(bytes()) + ")"
    }

    private static let mark = "… ("

    /// The part of a text before the mark that says how much was left out; nil where it is whole.
    package static func beginning(of text: String) -> (beginning: Substring, mark: Substring)? {
        guard text.hasSuffix(")") else { return nil }
        // The last one: a text may hold it, too.
        let bytes = text.utf8
        let mark = Array(Self.mark.utf8)
        var start = bytes.endIndex
        while start > bytes.startIndex {
            start = bytes.index(before: start)
            if bytes[start...].starts(with: mark) { return (text[..<start], text[start...]) }
        }
        return nil
    }
}
