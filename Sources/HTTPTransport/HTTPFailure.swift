/// Why there is no answer to a request.
package struct HTTPFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// No request went out, so that nothing can have happened.
        case notSent
        /// The request, or a part of it, went out.
        case sent
        /// The answer has more bytes than a reply may have.
        case tooLarge
    }

    package var kind: Kind
    /// libcurl's words.
    package var reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    package var description: String { reason }
}
