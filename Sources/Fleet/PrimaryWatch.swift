internal import CLinux
internal import Dispatch
internal import FlashSale
internal import Foundation
internal import RedisDriver
internal import Synchronization

/// Asks again and again which node is the primary while the doors are open, so that a sale is seen to go over to another one,
/// whether a client notices or not.
final class PrimaryWatch: Sendable {
    /// The sale went from one node to another.
    struct Change: Sendable, Equatable {
        var from: RedisEndpoint.Address
        var to: RedisEndpoint.Address
        /// Whether the new one was, or may have been, a copy of the old one, which may lack what that had acknowledged. Otherwise its slot
        /// was moved with its keys.
        var isFailover: Bool
        /// CLOCK_MONOTONIC before the last question to which the old one was the answer.
        var startedNs: UInt64
        /// CLOCK_MONOTONIC after the first to which the new one was.
        var seenNs: UInt64
    }

    private struct State {
        var primary: Primary
        var lastSeenNs: UInt64
        var changes: [Change] = []
        var isClosed = false
    }

    private let endpoint: RedisEndpoint
    private let state: Mutex<State>
    private let hasEnded = DispatchSemaphore(value: 0)

    private static var intervalNanoseconds: UInt64 { 100_000_000 }

    /// - Parameter home: the primary as it was found last, just now.
    init(_ endpoint: RedisEndpoint, home: Primary) {
        self.endpoint = endpoint
        state = Mutex(State(primary: home, lastSeenNs: Clock.nanoseconds()))
        Thread.detachNewThread { [self] in
            serve()
            hasEnded.signal()
        }
    }

    /// The node that is the primary, as far as is known.
    var current: RedisEndpoint { state.withLock { endpoint.at($0.primary.address) } }

    /// Changes that nobody has taken yet.
    func takeChanges() -> [Change] {
        state.withLock { state in
            defer { state.changes = [] }
            return state.changes
        }
    }

    /// Ends its thread, and waits for the question that is under way.
    func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        if !wasClosed { hasEnded.wait() }
    }

    /// Takes what somebody else has just found, such as the final read.
    func found(_ primary: Primary, since started: UInt64) {
        let now = Clock.nanoseconds()
        state.withLock { state in
            let old = state.primary
            if old.address != primary.address {
                let isMove = endpoint.isCluster && Self.isMove(from: old, to: primary)
                state.changes.append(
                    Change(
                        from: old.address, to: primary.address, isFailover: !isMove, startedNs: state.lastSeenNs,
                        seenNs: now))
            }
            state.primary = primary
            state.lastSeenNs = started
        }
    }

    /// Whether it is certain that slots were moved, from one primary of a cluster to another: a node that serves none yet may be a copy
    /// that the cluster had not told of.
    static func isMove(from old: Primary, to new: Primary) -> Bool {
        !old.replicas.contains(new.address) && !new.replicas.contains(old.address)
            && (old.primaries.contains(new.address) || new.primaries.contains(old.address))
    }

    private func serve() {
        while true {
            let (isClosed, hint) = state.withLock { ($0.isClosed, $0.primary.address) }
            if isClosed { return }
            let started = Clock.nanoseconds()
            if let primary = try? PrimarySearch.run(endpoint, hint: hint, timeoutMilliseconds: 500) {
                found(primary, since: started)
            }
            Clock.sleep(until: started + Self.intervalNanoseconds)
        }
    }
}
