/// What a ``ServiceProcess/freeze()`` did.
package struct ServiceFreeze: Sendable, Equatable {
    /// All of its processes, as they were seen last.
    package var members: [ServiceMember]
    /// Whether two looks in a row saw the same ones, each of them stopped.
    var isComplete: Bool

    package var isProven: Bool { isComplete && !members.isEmpty && members.allSatisfy(\.isStopped) }
}
