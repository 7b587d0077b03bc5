internal import CLinux
internal import Dispatch
internal import FlashSale
internal import Foundation
package import RedisDriver
package import Strategies
internal import Synchronization

/// Where the clients of a process find the primary now, where that may move: it is asked for again when a node has sent them away,
/// or a connection was lost, by a thread of its own, so that no client waits for the answer.
package final class PrimaryGuide: Sendable {
    /// A node as clients connect to it.
    package final class Place: Sendable {
        package let address: RedisEndpoint.Address
        /// Of this node alone.
        package let endpoint: RedisEndpoint
        /// What its attempts are recorded with: see ``JournalRecord/otherNode``.
        package let node: UInt16
        /// Counts the places of a guide.
        fileprivate let generation: Int

        fileprivate init(_ address: RedisEndpoint.Address, of guide: borrowing Origin, generation: Int) {
            self.address = address
            endpoint = guide.endpoint.at(address)
            let known = guide.nodes.firstIndex(of: address.description).map { UInt16($0 + 1) }
            node = known.flatMap { $0 < JournalRecord.otherNode ? $0 : nil } ?? JournalRecord.otherNode
            self.generation = generation
        }
    }

    /// What places are made from.
    fileprivate struct Origin: Sendable {
        let endpoint: RedisEndpoint
        /// `host:port` of the nodes that have a number of their own, from 1.
        let nodes: [String]
    }

    private struct State {
        var place: Place
        /// Why nobody should connect there now; nil where nothing speaks against it.
        var problem: LocatorProblem?
        var isSearching = false
        var isClosed = false
    }

    private let origin: Origin
    private let timeoutMilliseconds: Int
    private let state: Mutex<State>
    private let wish = DispatchSemaphore(value: 0)

    /// Between two searches that found nothing.
    private static var pauseMilliseconds: UInt64 { 50 }

    /// - Parameters:
    ///   - endpoint: of all nodes.
    ///   - home: the primary as it was found last.
    ///   - nodes: `host:port` of those whose attempts are told apart, at most 14.
    ///   - timeoutMilliseconds: for each that is asked.
    package init(
        _ endpoint: RedisEndpoint, home: RedisEndpoint.Address, nodes: [String], timeoutMilliseconds: Int
    ) {
        origin = Origin(endpoint: endpoint, nodes: nodes)
        self.timeoutMilliseconds = timeoutMilliseconds
        state = Mutex(State(place: Place(home, of: origin, generation: 0)))
        Thread.detachNewThread { [self] in serve() }
    }

    /// Ends its thread, when that has no question under way.
    package func close() {
        state.withLock { $0.isClosed = true }
        wish.signal()
    }

    // MARK: For clients

    /// The primary, as far as is known.
    package var place: Place { state.withLock { $0.place } }

    /// Where to connect in the place of a connection that is of no more use.
    ///
    /// - Parameter old: where that one was.
    /// - Throws: ``ConnectionError/notLocated(_:)`` while nobody knows.
    package func next(after old: Place) throws(ConnectionError) -> Place {
        let (place, problem) = state.withLock { state in
            // It may be gone, or another may have taken its place.
            if state.place.generation == old.generation { want(&state) }
            return (state.place, state.problem)
        }
        if let problem { throw .notLocated(problem) }
        return place
    }

    /// A node that another one has named, for as long as a slot is on its way there. What it says of the sale is for nobody but the
    /// client that was sent there.
    ///
    /// - Parameter home: the node that has named it.
    package func visit(_ node: NamedNode, namedBy home: Place) -> Place {
        let address = RedisEndpoint.Address(host: node.host.isEmpty ? home.address.host : node.host, port: node.port)
        return Place(address, of: origin, generation: -1)
    }

    /// A node has said where the sale is, or that it is not there.
    ///
    /// - Parameter place: where that node is.
    package func told(_ relocation: Relocation, at place: Place) {
        state.withLock { state in
            guard state.place.generation == place.generation else { return }
            switch relocation {
            case .asked, .migrating: break
            case .notServing:
                state.problem = LocatorProblem(
                    .noPrimary, "the node at \(place.address) does not serve, and nobody has named another yet")
                want(&state)
            case .moved(let host, let port):
                let address = RedisEndpoint.Address(host: host.isEmpty ? place.address.host : host, port: port)
                state.place = Place(address, of: origin, generation: place.generation + 1)
                state.problem = nil
            }
        }
    }

    private func want(_ state: inout State) {
        guard !state.isSearching else { return }
        state.isSearching = true
        wish.signal()
    }

    // MARK: Its thread

    private func serve() {
        while true {
            wish.wait()
            while true {
                let (place, isClosed) = state.withLock { ($0.place, $0.isClosed) }
                if isClosed { return }
                if search(from: place) { break }
                Clock.sleep(until: Clock.nanoseconds() + Self.pauseMilliseconds * 1_000_000)
            }
        }
    }

    /// - Returns: whether the search is over.
    private func search(from place: Place) -> Bool {
        let found: Result<Primary, LocatorProblem>
        do throws(LocatorProblem) {
            found = .success(
                try PrimarySearch.run(
                    origin.endpoint, hint: place.address, timeoutMilliseconds: timeoutMilliseconds))
        } catch {
            found = .failure(error)
        }
        return state.withLock { state in
            // A client has learned something newer meanwhile.
            guard state.place.generation == place.generation else {
                state.isSearching = false
                return true
            }
            switch found {
            case .success(let primary):
                if primary.address != place.address {
                    state.place = Place(primary.address, of: origin, generation: place.generation + 1)
                }
                state.problem = nil
                state.isSearching = false
                return true
            case .failure(let problem):
                // What a client was told says more than that nobody answers.
                if state.problem != nil || problem.kind != .nobodyAnswers { state.problem = problem }
                return false
            }
        }
    }
}
