/// Several private servers that belong together, by the words that `--topology` and `run.json` give them.
package enum Topology: Sendable, Equatable, CustomStringConvertible {
    /// One primary with so many replicas; whoever is in charge of them promotes one.
    case replicas(Int)
    /// So many sentinels, which watch over one primary with two replicas and promote one by themselves.
    case sentinel(Int)
    /// A cluster: so many primaries, which share the slots, and so many replicas in all, which take their places.
    case cluster(primaries: Int, replicas: Int)

    package static let replicaBounds = 1...8
    package static let sentinelBounds = 1...9
    /// With fewer than three primaries no majority of them is left to elect a successor.
    package static let primaryBounds = 3...8
    package static let clusterReplicaBounds = 0...8
    /// Replicas of the one primary that sentinels watch over.
    package static let replicasBesideSentinels = 2
    /// The name by which sentinels know it.
    package static let masterName = "mymaster"
    /// How a topology is written, for messages and helps.
    package static let form = "replicas:N, sentinel:N or cluster:PRIMARIES+REPLICAS, such as cluster:3+3"

    /// What is wrong with it, for the user.
    package struct Problem: Error, Equatable {
        package var message: String
    }

    /// Reads `replicas:2`, `sentinel:3` or `cluster:3+3`.
    ///
    /// - Throws: ``Problem`` for another word or form, and for numbers out of bounds.
    package init(_ text: String) throws(Problem) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2 else { throw Self.misshapen(text) }
        switch halves[0] {
        case "replicas":
            self = .replicas(try Self.number(halves[1], Self.replicaBounds, "replicas", in: text))
        case "sentinel":
            self = .sentinel(try Self.number(halves[1], Self.sentinelBounds, "sentinels", in: text))
        case "cluster":
            let parts = halves[1].split(separator: "+", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw Self.misshapen(text) }
            self = .cluster(
                primaries: try Self.number(parts[0], Self.primaryBounds, "primaries", in: text),
                replicas: try Self.number(parts[1], Self.clusterReplicaBounds, "replicas in all", in: text))
        default: throw Self.misshapen(text)
        }
    }

    private static func misshapen(_ text: String) -> Problem {
        Problem(message: "\(form) is wanted; found \(text.isEmpty ? "nothing" : ForeignText.shown(text, limit: 40))")
    }

    private static func number(
        _ text: String, _ bounds: ClosedRange<Int>, _ what: String, in whole: String
    ) throws(Problem) -> Int {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let number = Int(text),
            bounds.contains(number)
        else {
            throw Problem(
                message:
                    "\(ForeignText.shown(whole, limit: 40)): \(bounds.lowerBound) to \(bounds.upperBound) \(what) are possible; "
                    + "found \(text.isEmpty ? "nothing" : ForeignText.shown(text, limit: 20))")
        }
        return number
    }

    package var description: String {
        switch self {
        case .replicas(let count): "replicas:\(count)"
        case .sentinel(let count): "sentinel:\(count)"
        case .cluster(let primaries, let replicas): "cluster:\(primaries)+\(replicas)"
        }
    }

    package var isCluster: Bool {
        if case .cluster = self { true } else { false }
    }

    /// Whether every primary has a replica that can take its place.
    package var everyPrimaryHasAReplica: Bool {
        if case .cluster(let primaries, let replicas) = self { replicas >= primaries } else { true }
    }

    /// Replicas of the primary that a sale is on, the fewest that it may have.
    package var replicasOfAPrimary: Int {
        switch self {
        case .replicas(let count): count
        case .sentinel: Self.replicasBesideSentinels
        case .cluster(let primaries, let replicas): replicas / primaries
        }
    }
}

/// As its words.
extension Topology: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(Problem) {
            self = try Topology(text)
        } catch {
            let problem = error
            throw DecodingError.dataCorruptedError(in: container, debugDescription: problem.message)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
