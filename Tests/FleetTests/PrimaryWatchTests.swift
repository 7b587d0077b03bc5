import Testing

@testable import Fleet
@testable import RedisDriver

/// What it means that the sale is on another node.
struct PrimaryWatchTests {
    private static func node(_ port: Int) -> RedisEndpoint.Address { .init(host: "127.0.0.1", port: port) }

    private static func primary(_ port: Int, replicas: [Int] = [], primaries: [Int]) -> Primary {
        Primary(address: node(port), replicas: replicas.map(node), primaries: primaries.map(node))
    }

    /// Where it is not certain that slots were moved, the new one may lack something.
    @Test func aCopyThatNobodyKnewOfIsNoMove() {
        let old = Self.primary(1, replicas: [4], primaries: [1, 2, 3])
        let unknowing = Self.primary(1, primaries: [1, 2, 3])
        // The old one has slots still, or the new one had some before.
        #expect(PrimaryWatch.isMove(from: old, to: Self.primary(2, primaries: [1, 2, 3])))
        #expect(PrimaryWatch.isMove(from: unknowing, to: Self.primary(2, primaries: [2, 3])))
        #expect(PrimaryWatch.isMove(from: unknowing, to: Self.primary(5, primaries: [1, 2, 5])))
        // A copy of the old one, as one of both knows, or as nobody does.
        #expect(!PrimaryWatch.isMove(from: old, to: Self.primary(4, primaries: [2, 3, 4])))
        #expect(!PrimaryWatch.isMove(from: unknowing, to: Self.primary(4, replicas: [1], primaries: [2, 3, 4])))
        #expect(!PrimaryWatch.isMove(from: unknowing, to: Self.primary(4, primaries: [2, 3, 4])))
        #expect(!PrimaryWatch.isMove(from: old, to: Self.primary(4, primaries: [1, 4])))
    }
}
