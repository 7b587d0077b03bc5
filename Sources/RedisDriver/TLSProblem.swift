package import FlashSale

/// Why TLS cannot be spoken before any server is asked: a file, with the flag that names it, or OpenSSL itself.
package struct TLSProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// One sentence for the user.
    package let description: String
    /// ``ExitStatus/usage`` where the files are wrong, ``ExitStatus/unavailable`` where this system cannot speak TLS.
    package let status: ExitStatus

    init(_ description: String, status: ExitStatus = .usage) {
        self.description = description
        self.status = status
    }
}
