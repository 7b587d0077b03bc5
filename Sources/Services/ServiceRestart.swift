/// What a ``ServiceProcess/restart()`` did: the service is open again when it exists.
package struct ServiceRestart: Sendable, Equatable {
    /// What was killed before.
    package var before: [ServiceMember]
    package var after: [ServiceMember]

    /// Whether none of those that live now lived before.
    package var isProven: Bool {
        !before.isEmpty && !after.isEmpty
            && after.allSatisfy { now in !before.contains { $0.isSame(as: now) } }
    }
}
