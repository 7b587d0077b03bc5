/// Why it is not known which node buyers have to buy from.
package struct LocatorProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// Nobody of those that the URL names answers.
        case nobodyAnswers
        /// Sentinels answer, and know no primary of that name.
        case unknownName
        /// What answers in the place of a Sentinel is a server.
        case noSentinel
        /// What answers in the place of a cluster's node is a server alone, or a Sentinel.
        case noCluster
        /// No node of the cluster has the sale's slot.
        case uncovered
        /// The cluster says of itself that it is down.
        case clusterDown
        /// The node that is named cannot be reached from here.
        case unreachable
        /// The node that is named says that it is no primary.
        case noPrimary
        /// A node that is asked wants a password, or another one.
        case refused
    }

    package var kind: Kind
    /// What was wanted, what was found and what to do: one sentence without its end.
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether asking again later may help, as it does while a failover goes on.
    package var mayPass: Bool {
        switch kind {
        case .unknownName, .noSentinel, .noCluster, .refused: false
        case .nobodyAnswers, .uncovered, .clusterDown, .unreachable, .noPrimary: true
        }
    }
}
