internal import Glibc

/// Why a file of the user's cannot be read.
package struct InputProblem: Error, Sendable, Equatable {
    /// Goes on after the file's name: "is a FIFO; a regular file is wanted".
    package let reason: String
    /// What the system said, where it did.
    package let code: Int32?

    package init(reason: String) {
        self.reason = reason
        code = nil
    }

    package init(_ code: Int32) {
        reason = "cannot be read: \(String(cString: strerror(code)))"
        self.code = code
    }

    package var isMissing: Bool { code == ENOENT }
}
