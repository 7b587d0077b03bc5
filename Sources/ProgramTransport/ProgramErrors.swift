internal import FlashSale
internal import Glibc

/// What programs of a worker have said on their standard error.
package enum ProgramErrors {
    /// How much of the end is looked at.
    private static var tail: Int { 4096 }

    /// The last line that is not blank, fit for a sentence; nil where there is none.
    package static func lastLine(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - Self.tail), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: Self.tail)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let lines = bytes[..<count].split(separator: UInt8(ascii: "\n"))
        guard let last = lines.last(where: { line in line.contains { $0 > 32 } }) else { return nil }
        return ForeignText.shown(last, limit: ForeignText.nameLimit)
    }
}
