package import FlashSale

/// Which pods workers run in: `NAMESPACE/LABEL`.
package struct KubernetesPlace: Equatable, Sendable {
    package var namespace: String
    /// A selector as kubectl takes it behind `-l`, such as `app=stress`. It may hold slashes itself.
    package var selector: String

    /// - Throws: ``RunError`` with 64 for what is no such text.
    package init(_ text: String) throws(RunError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, Self.isName(parts[0]), !parts[1].isEmpty,
            parts[1].utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else {
            throw RunError(
                .usage,
                "--kubernetes: wanted NAMESPACE/LABEL, such as default/app=stress, found \(ForeignText.shown(text, limit: 100))"
            )
        }
        (namespace, selector) = (parts[0], parts[1])
    }

    /// Whether a text can be the name of a namespace, a pod's label or a Service: a label of DNS.
    package static func isName(_ text: String) -> Bool {
        let isFit = text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-")
        }
        return isFit && (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
    }
}
