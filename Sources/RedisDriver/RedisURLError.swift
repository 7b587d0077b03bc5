/// Why a Redis URL was refused: what was wanted, what was found and what to do.
///
/// The message never repeats a part of the URL that could be a password.
package struct RedisURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One or two sentences for the user.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
