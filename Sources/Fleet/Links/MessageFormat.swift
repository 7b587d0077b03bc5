internal import FlashSale
@_spi(Reflection) internal import Swift

/// What coordinator and worker tell each other, as a digest of the names and types of all fields: two builds that differ in one must
/// not talk, whatever they call themselves.
enum MessageFormat {
    /// Sixteen hexadecimal digits.
    static let digest: String = {
        var text = ""
        var seen: Set<String> = []
        describe(CoordinatorMessage.self, into: &text, &seen)
        describe(WorkerMessage.self, into: &text, &seen)
        return Array(text.utf8).withUnsafeBytes { Digest($0).text }
    }()

    private static func describe(_ type: Any.Type, into text: inout String, _ seen: inout Set<String>) {
        if let wrapping = type as? any Wrapping.Type {
            for inner in wrapping.wrapped { describe(inner, into: &text, &seen) }
            return
        }
        let name = String(reflecting: type)
        // What the language brings has the same form everywhere, but for how it is kept in memory.
        guard !name.hasPrefix("Swift."), !name.hasPrefix("Foundation"), seen.insert(name).inserted else { return }
        text += name + "\n"
        _ = _forEachField(of: type, options: []) { label, _, field, _ in
            text += " \(String(cString: label)): \(field)\n"
            describe(field, into: &text, &seen)
            return true
        }
    }
}

/// A type whose values hold those of others.
private protocol Wrapping {
    static var wrapped: [Any.Type] { get }
}

extension Optional: Wrapping {
    fileprivate static var wrapped: [Any.Type] { [Wrapped.self] }
}

extension Array: Wrapping {
    fileprivate static var wrapped: [Any.Type] { [Element.self] }
}

extension Dictionary: Wrapping {
    fileprivate static var wrapped: [Any.Type] { [Key.self, Value.self] }
}
