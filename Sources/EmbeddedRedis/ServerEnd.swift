/// The proof that a private server went down.
package struct ServerEnd: Sendable, Equatable, Codable {
    /// Which life of it ended.
    package var server: ServerIdentity
    /// How, as the kernel told its parent: `signal 9`, or `exit status 0`.
    package var how: String
}
