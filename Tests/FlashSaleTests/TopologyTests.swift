import FlashSale
import Foundation
import Testing

struct TopologyTests {
    @Test(arguments: [
        ("replicas:2", Topology.replicas(2)), ("sentinel:3", .sentinel(3)),
        ("cluster:3+3", .cluster(primaries: 3, replicas: 3)),
        ("cluster:4+0", .cluster(primaries: 4, replicas: 0)),
    ])
    func isReadAndWritten(_ text: String, _ topology: Topology) throws {
        #expect(try Topology(text) == topology)
        #expect(topology.description == text)
        let encoded = try JSONEncoder().encode([topology])
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([Topology].self, from: encoded) == [topology])
    }

    @Test(arguments: [
        ("", "found nothing"), ("replicas", "is wanted"), ("replicas:", "1 to 8"), ("replicas:0", "1 to 8"),
        ("replicas:9", "1 to 8"), ("replicas:-1", "1 to 8"), ("replicas:+2", "1 to 8"), ("sentinel:10", "1 to 9"),
        ("cluster:3", "is wanted"), ("cluster:2+2", "3 to 8 primaries"), ("cluster:3+9", "0 to 8 replicas"),
        ("cluster:3+3+3", "is wanted"), ("ring:3", "is wanted"), ("replicas:99999999999999999999", "1 to 8"),
    ])
    func whatIsNoneIsRefused(_ text: String, _ words: String) {
        let problem = #expect(throws: Topology.Problem.self) { try Topology(text) }
        #expect(problem?.message.contains(words) == true, "\(String(describing: problem))")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Topology].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test func tellsHowManyReplicasAPrimaryHas() {
        #expect(Topology.cluster(primaries: 3, replicas: 3).everyPrimaryHasAReplica)
        #expect(!Topology.cluster(primaries: 3, replicas: 2).everyPrimaryHasAReplica)
        #expect(Topology.cluster(primaries: 3, replicas: 7).replicasOfAPrimary == 2)
        #expect(Topology.sentinel(5).replicasOfAPrimary == 2)
    }
}
