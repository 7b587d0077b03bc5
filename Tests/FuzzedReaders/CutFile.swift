import Recordings

/// A file that comes in two pieces, which has to make no difference.
struct CutFile {
    let bytes: UnsafeRawBufferPointer

    /// Somewhere in the file, always the same.
    var cut: Int {
        bytes.isEmpty ? 0 : Int(bytes.reduce(0 as UInt) { $0 &* 31 &+ UInt($1) } % UInt(bytes.count))
    }

    /// Feeds a reader with the whole file, or with two pieces.
    ///
    /// - Returns: what the reader found wrong, if anything.
    func feed(
        inPieces: Bool, _ feed: (UnsafeRawBufferPointer, _ isLast: Bool) throws(CSVDamage) -> Int
    ) throws(BrokenPromise) -> CSVDamage? {
        let result: Result<Int, CSVDamage>
        var left = 0
        do throws(CSVDamage) {
            let taken = try feed(UnsafeRawBufferPointer(rebasing: bytes[..<(inPieces ? cut : 0)]), false)
            let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
            left = rest.count - (try feed(rest, true))
            result = .success(left)
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success:
            try BrokenPromise.unless(left == 0, "\(left) bytes were left")
            return nil
        case .failure(let damage):
            try BrokenPromise.unless(
                (1...(bytes.count + 1)).contains(damage.line) && !damage.reason.isEmpty, "no place or reason: \(damage)"
            )
            return damage
        }
    }
}
