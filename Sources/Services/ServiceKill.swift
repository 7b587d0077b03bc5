/// What a ``ServiceProcess/kill()`` did.
package struct ServiceKill: Sendable, Equatable {
    /// What lived before.
    package var before: [ServiceMember]
    /// What could not be killed.
    package var left: [ServiceMember]
    /// How the process that was started ended; nil where it has not.
    package var ending: ServiceEnding?

    /// Whether there was a service, and all of it is gone. Where the program that was started lived, a signal has ended it.
    package var isProven: Bool { !before.isEmpty && left.isEmpty && ending != nil }
}
