/// Why there is no answer of a program.
package struct ProgramFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// It was not asked, so that nothing can have happened.
        case notAsked
        /// It was asked.
        case asked
        /// Its answer has more bytes than one may have.
        case tooLarge
    }

    package var kind: Kind
    package var reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    package var description: String { reason }
}
