/// The names of the units that one attempt was sold, as one text, which CSV files and `run.json` have in a cell: names are
/// parted by `;`, and a `;` or a `\` within one has a `\` before it.
package enum UnitText {
    /// Bytes that a name may have, in UTF-8.
    package static var nameLimit: Int { 255 }

    private static var separator: UInt8 { UInt8(ascii: ";") }
    private static var escape: UInt8 { UInt8(ascii: "\\") }

    package static func text(_ names: some Sequence<String>) -> String {
        var bytes: [UInt8] = []
        for (index, name) in names.enumerated() {
            if index > 0 { bytes.append(separator) }
            for byte in name.utf8 {
                if byte == separator || byte == escape { bytes.append(escape) }
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names that a text holds; what is empty between two separators is none.
    package static func names(in text: String) -> [String] {
        var names: [String] = []
        var name: [UInt8] = []
        func end() {
            if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
            name.removeAll(keepingCapacity: true)
        }
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == separator {
                end()
            } else if byte == escape, let next = bytes.first, next == separator || next == escape {
                name.append(next)
                bytes.removeFirst()
            } else {
                name.append(byte)
            }
        }
        end()
        return names
    }

    /// What bytes from outside say, so that different bytes never say the same: what is no UTF-8 stands as U+FFFD and its digits.
    /// Texts that were only repaired could make two units one, and a right sale one that sold it twice.
    package static func decoded(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var rest = bytes[...]
        while true {
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded):
                text.append(Unicode.UTF8.decode(encoded))
                rest = rest.dropFirst(encoded.count)
            case .error(let length):
                for byte in rest.prefix(length) {
                    let digits = String(byte, radix: 16, uppercase: true)
                    text.append("\u{FFFD}")
                    text.append(contentsOf: ((digits.count < 2 ? "0" : "") + digits).unicodeScalars)
                }
                rest = rest.dropFirst(length)
            case .emptyInput: return String(text)
            }
        }
    }

    /// A name for a sentence.
    package static func shown(_ name: String) -> String { ForeignText.shown(name, limit: ForeignText.nameLimit) }
}
