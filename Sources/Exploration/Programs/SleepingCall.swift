internal import EmbeddedRedis

/// The system call that a thread sleeps in.
struct SleepingCall {
    private let number: Int
    private let arguments: [UInt64]

    init?(of folder: String) {
        guard let words = SmallFile.read("\(folder)/syscall")?.split(whereSeparator: \.isWhitespace),
            let number = words.first.flatMap({ Int($0) }), number >= 0
        else { return nil }
        self.number = number
        arguments = words.dropFirst().map { UInt64($0.dropFirst(2), radix: 16) ?? 0 }
    }

    private func argument(_ index: Int) -> UInt64 { index < arguments.count ? arguments[index] : 0 }

    /// Nil where it waits for no time; otherwise for how many milliseconds, if that is known.
    var timer: Int?? {
        #if arch(x86_64)
            let (sleeps, withMilliseconds, withPointers) = (
                [35, 230], [7: 2, 232: 3, 281: 3], [23: 4, 270: 4, 271: 2, 441: 3]
            )
        #else
            let (sleeps, withMilliseconds, withPointers) = ([101, 115], [22: 3], [72: 4, 73: 2, 441: 3])
        #endif
        if sleeps.contains(number) { return .some(nil) }
        if let place = withMilliseconds[number] {
            let milliseconds = Int(Int32(truncatingIfNeeded: argument(place)))
            return milliseconds < 0 ? nil : .some(milliseconds)
        }
        if let place = withPointers[number] { return argument(place) == 0 ? nil : .some(nil) }
        return nil
    }
}
