internal import CLinux
internal import Glibc

/// A pipe that no child inherits.
package struct PipeEnds {
    package var reading: Int32
    package var writing: Int32

    /// - Throws: ``ProgramFailure`` where the system has no descriptor left.
    package init() throws(ProgramFailure) {
        var ends: [Int32] = [0, 0]
        guard stress_pipe(&ends, 0) == 0 else {
            throw ProgramFailure(
                .notAsked, "a pipe to the program, which cannot be made: \(String(cString: strerror(errno)))")
        }
        reading = ends[0]
        writing = ends[1]
    }

    /// Makes a descriptor one that never waits.
    package static func neverWait(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    package func close() {
        _ = Glibc.close(reading)
        _ = Glibc.close(writing)
    }
}
