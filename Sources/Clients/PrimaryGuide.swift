internal import CLinux
internal import Dispatch
internal import FlashSale
internal import Foundation
package import RedisDriver
package import Strategies
internal import Synchronization

/// Where the clients of a process find the primary now, where that may move: it is asked for again when a node has sent them away,
/// or a connection was lost, by a thread of its own, so that no client waits for the answer.
///
/// Where the stock is sharded over a cluster, each shelf has a primary of its own.
package final class PrimaryGuide: Sendable {
    /// A node as clients connect to it.
    package final class Place: Sendable {
        package let address: RedisEndpoint.Address
        /// Of this node alone.
        package let endpoint: RedisEndpoint
        /// What its attempts are recorded with: see ``JournalRecord/otherNode``.
        package let node: UInt16
        /// Counts the nodes that a guide has named, from 0.
        let number: Int
        /// Which of the guide's primaries it is, from 0.
        fileprivate let index: Int
        /// Counts the places of a primary.
        fileprivate let generation: Int

        fileprivate init(
            _ address: RedisEndpoint.Address, number: Int, of guide: borrowing Origin, index: Int, generation: Int
        ) {
            self.address = address
            self.number = number
            self.index = index
            endpoint = guide.endpoints[index].at(address)
            let known = guide.nodes.firstIndex(of: address.description).map { UInt16($0 + 1) }
            node = known.flatMap { $0 < JournalRecord.otherNode ? $0 : nil } ?? JournalRecord.otherNode
            self.generation = generation
        }
    }

    /// What places are made from.
    fileprivate struct Origin: Sendable {
        /// For each primary that is looked for.
        let endpoints: [RedisEndpoint]
        /// `host:port` of the nodes that have a number of their own, from 1.
        let nodes: [String]
    }

    /// One primary.
    private struct State {
        var place: Place
        /// Why nobody should connect there now; nil where nothing speaks against it.
        var problem: LocatorProblem?
        var isSearching = false
    }

    private struct States {
        var all: [State]
        /// Every node that was ever named, in the order in which they were.
        var nodes: [RedisEndpoint.Address]
        var isClosed = false

        mutating func number(of address: RedisEndpoint.Address) -> Int {
            if let known = nodes.firstIndex(of: address) { return known }
            nodes.append(address)
            return nodes.count - 1
        }
    }

    private let origin: Origin
    private let timeoutMilliseconds: Int
    private let states: Mutex<States>
    private let wish = DispatchSemaphore(value: 0)
    /// Whether each shelf of the stock has a primary of its own.
    package let hasShelves: Bool
    /// Counts the changes of places, so that who has seen this many need not ask for them.
    private let changeCount = Atomic(0)

    /// Between two searches that found nothing.
    private static var pauseMilliseconds: UInt64 { 50 }

    /// - Parameters:
    ///   - endpoint: of all nodes.
    ///   - home: the primary as it was found last.
    ///   - nodes: `host:port` of those whose attempts are told apart, at most 14.
    ///   - timeoutMilliseconds: for each that is asked.
    package convenience init(
        _ endpoint: RedisEndpoint, home: RedisEndpoint.Address, nodes: [String], timeoutMilliseconds: Int
    ) {
        self.init([endpoint], homes: [home], hasShelves: false, nodes: nodes, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// For a stock on several shelves.
    ///
    /// - Parameters:
    ///   - shelves: of the cluster, with each shelf's slot; at least one.
    ///   - homes: the primary of each as it was found last.
    package convenience init(
        shelves: [RedisEndpoint], homes: [RedisEndpoint.Address], nodes: [String], timeoutMilliseconds: Int
    ) {
        self.init(shelves, homes: homes, hasShelves: true, nodes: nodes, timeoutMilliseconds: timeoutMilliseconds)
    }

    private init(
        _ endpoints: [RedisEndpoint], homes: [RedisEndpoint.Address], hasShelves: Bool, nodes: [String],
        timeoutMilliseconds: Int
    ) {
        let origin = Origin(endpoints: endpoints, nodes: nodes)
        var states = States(all: [], nodes: [])
        for (index, home) in homes.enumerated() {
            let number = states.number(of: home)
            states.all.append(State(place: Place(home, number: number, of: origin, index: index, generation: 0)))
        }
        self.origin = origin
        self.hasShelves = hasShelves
        self.timeoutMilliseconds = timeoutMilliseconds
        self.states = Mutex(states)
        Thread.detachNewThread { [self] in serve() }
    }

    /// Ends its thread, when that has no question under way.
    package func close() {
        states.withLock { $0.isClosed = true }
        wish.signal()
    }

    // MARK: For clients

    /// The primary, as far as is known; with shelves, that of the first one.
    package var place: Place { states.withLock { $0.all[0].place } }

    /// The primaries of all shelves, as far as is known.
    var places: [Place] { states.withLock { $0.all.map(\.place) } }

    /// How often a place has changed.
    var changes: Int { changeCount.load(ordering: .acquiring) }

    /// Where to connect in the place of a connection that is of no more use.
    ///
    /// - Parameter old: where that one was.
    /// - Throws: ``ConnectionError/notLocated(_:)`` while nobody knows.
    package func next(after old: Place) throws(ConnectionError) -> Place {
        let (place, problem) = states.withLock { states in
            // It may be gone, or another may have taken its place.
            if states.all[old.index].place.generation == old.generation { want(&states.all[old.index]) }
            return (states.all[old.index].place, states.all[old.index].problem)
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
        return Place(address, number: -1, of: origin, index: home.index, generation: -1)
    }

    /// A node has said where the sale is, or that it is not there.
    ///
    /// - Parameter place: where that node is.
    package func told(_ relocation: Relocation, at place: Place) {
        states.withLock { states in
            guard states.all[place.index].place.generation == place.generation else { return }
            switch relocation {
            case .asked, .migrating: break
            case .notServing:
                states.all[place.index].problem = LocatorProblem(
                    .noPrimary, "the node at \(place.address) does not serve, and nobody has named another yet")
                want(&states.all[place.index])
            case .moved(let host, let port):
                let address = RedisEndpoint.Address(host: host.isEmpty ? place.address.host : host, port: port)
                move(place, to: address, &states)
            }
        }
    }

    private func want(_ state: inout State) {
        guard !state.isSearching else { return }
        state.isSearching = true
        wish.signal()
    }

    private func move(_ place: Place, to address: RedisEndpoint.Address, _ states: inout States) {
        let number = states.number(of: address)
        states.all[place.index].place = Place(
            address, number: number, of: origin, index: place.index, generation: place.generation + 1)
        states.all[place.index].problem = nil
        changeCount.add(1, ordering: .releasing)
    }

    // MARK: Its thread

    private func serve() {
        while true {
            wish.wait()
            while true {
                let (wanted, isClosed) = states.withLock { states in
                    (states.all.filter(\.isSearching).map(\.place), states.isClosed)
                }
                if isClosed { return }
                if wanted.filter({ !search(from: $0) }).isEmpty { break }
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
                    origin.endpoints[place.index], hint: place.address, timeoutMilliseconds: timeoutMilliseconds))
        } catch {
            found = .failure(error)
        }
        return states.withLock { states in
            // A client has learned something newer meanwhile.
            guard states.all[place.index].place.generation == place.generation else {
                states.all[place.index].isSearching = false
                return true
            }
            switch found {
            case .success(let primary):
                if primary.address != place.address { move(place, to: primary.address, &states) }
                states.all[place.index].problem = nil
                states.all[place.index].isSearching = false
                return true
            case .failure(let problem):
                // What a client was told says more than that nobody answers.
                if states.all[place.index].problem != nil || problem.kind != .nobodyAnswers {
                    states.all[place.index].problem = problem
                }
                return false
            }
        }
    }
}
