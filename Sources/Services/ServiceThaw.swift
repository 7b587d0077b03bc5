/// What a ``ServiceProcess/thaw()`` did.
package struct ServiceThaw: Sendable, Equatable {
    /// All of its processes, as they were before.
    package var before: [ServiceMember]
    package var after: [ServiceMember]
    /// Whether two looks in a row saw the same ones, none of them stopped.
    var isComplete: Bool

    /// Whether it was frozen until then: nothing else had let one of its processes go on.
    package var wasFrozen: Bool { !before.isEmpty && before.allSatisfy(\.isStopped) }
    /// Whether it was frozen, and goes on.
    package var isProven: Bool { wasFrozen && isComplete && !after.isEmpty && !after.contains(where: \.isStopped) }
}
