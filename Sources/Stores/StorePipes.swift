internal import CLinux
internal import Glibc

/// The pipes to a program's stdin, stdout and stderr.
struct StorePipes {
    /// The ends for the program, in the order of its descriptors; -1 where there is none any more.
    private(set) var theirs: [Int32] = [-1, -1, -1]
    /// Our ends, which never block.
    private(set) var ours: [Int32] = [-1, -1, -1]

    /// - Returns: false with errno where the system has none left.
    mutating func open() -> Bool {
        for number in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard stress_pipe(&ends, 0) == 0 else { return false }
            theirs[number] = ends[number == 0 ? 0 : 1]
            ours[number] = ends[number == 0 ? 1 : 0]
            guard fcntl(ours[number], F_SETFL, O_NONBLOCK) == 0 else { return false }
        }
        return true
    }

    mutating func closeTheirs() {
        for number in 0..<3 where theirs[number] >= 0 {
            close(theirs[number])
            theirs[number] = -1
        }
    }

    mutating func close(_ number: Int) {
        if ours[number] >= 0 { close(ours[number]) }
        ours[number] = -1
    }

    mutating func closeAll() {
        closeTheirs()
        for number in 0..<3 { close(number) }
    }

    private func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
}
