/// A command that waits at the proxy until it is released.
package struct HeldCommand: Sendable, Equatable {
    /// Its number among all commands of the proxy, from 1, as in the record.
    package var number: Int
    /// Its connection's number, from 1.
    package var connection: Int
    /// Its name in capitals and its arguments, the first 64 at most.
    package var arguments: [[UInt8]]
    package var mayWrite: Bool
}
