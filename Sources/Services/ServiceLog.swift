internal import FlashSale
internal import Glibc

/// What a service says on its standard output and its standard error: a file.
package struct ServiceLog: Sendable {
    package let path: String
    /// What must not be shown of it.
    let secrets: [String]
    private static var tailBytes: Int { 8192 }
    private static var tailLines: Int { 8 }

    init(path: String, secrets: [String]) {
        self.path = path
        self.secrets = secrets.filter { $0.utf8.count > 3 }
    }

    /// The last lines that are not blank, the last one last, fit for a terminal.
    package var lastLines: [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - Self.tailBytes), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: Self.tailBytes)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        var text = String(decoding: bytes[..<count], as: UTF8.self)
        for secret in secrets { text = text.replacing(secret, with: "…") }
        let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
        return lines.suffix(Self.tailLines).map { ForeignText.shown(String($0), limit: 200) }
    }

    /// For the end of a message: what it said last.
    var lastWords: String {
        let lines = lastLines
        return lines.isEmpty
            ? "; it has written nothing" : ". The end of its output:" + lines.map { "\n  \($0)" }.joined()
    }
}
