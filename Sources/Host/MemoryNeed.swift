package import FlashSale
internal import Glibc

/// Asks beforehand whether there is memory for something, since nobody can catch an allocation that fails in the middle of it.
package struct MemoryNeed {
    private let bytes: Int
    private let purpose: String
    private let advice: String

    /// - Parameters:
    ///   - bytes: about how much is needed, more than there is now.
    ///   - purpose: who needs it: "the 100 threads of a worker need".
    ///   - advice: what makes do with less: "start fewer threads".
    package init(bytes: Int, purpose: String, advice: String) {
        self.bytes = bytes
        self.purpose = purpose
        self.advice = advice
    }

    /// - Throws: ``RunError`` with 69 if the system would not give so much, such as under `ulimit -v`.
    package func check() throws(RunError) {
        guard !Self.canMap(bytes) else { return }
        throw RunError(
            .unavailable,
            "\(purpose) about \(Self.mebibytes(bytes)) of memory, and no more than \(Self.mebibytes(Self.mappable(below: bytes))) can be had here; "
                + "\(advice), or raise the limit (ulimit -v)")
    }

    /// Maps so many bytes for a moment: the system counts them against every limit, and none of them is touched.
    private static func canMap(_ bytes: Int) -> Bool {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let place = mmap(nil, max(1, bytes), PROT_READ | PROT_WRITE, flags, -1, 0), place != MAP_FAILED else {
            return false
        }
        munmap(place, max(1, bytes))
        return true
    }

    /// The most that can be had, to a MiB, of which `bytes` are too many.
    private static func mappable(below bytes: Int) -> Int {
        var (enough, tooMany) = (0, bytes)
        while tooMany - enough > 1 << 20 {
            let middle = enough + (tooMany - enough) / 2
            if canMap(middle) { enough = middle } else { tooMany = middle }
        }
        return enough
    }

    private static func mebibytes(_ bytes: Int) -> String { "\((bytes >> 20).grouped) MiB" }
}
