import FlashSale
import Foundation
import TestSupport
import Testing

@testable import Clients

/// Answers of a service that are lost on purpose, by a client that waits and by many in a loop.
struct LostAnswerTests {
    private static let yaml = """
        strategy: service
        summary: looks, then buys
        buy:
          - http: GET /look
          - http: "POST /buy/{attempt}"
            body: { json: { attempt: "{attempt}" } }
            outcomes:
              - { when: status == 200, then: won }
        stock: { http: GET /stock }
        """

    private static func fault(_ share: Double) -> Fault {
        Fault(.loseAnswers, at: .time(nanoseconds: 0), share: share)
    }

    private static func play(_ service: ScriptedService, clients: Int, share: Double = 0.3) throws -> PlayedThread {
        try PlayedThread(
            yaml, port: service.port, buyers: 40, clients: clients, timeoutMilliseconds: 3000, isService: true,
            faults: [fault(share)])
    }

    @Test(arguments: [1, 5]) func theServiceHasDoneItAndNobodyKnows(_ clients: Int) throws {
        let service = ScriptedService { peer, _ in
            while peer.request() != nil { peer.answer(200, "sold") }
        }
        let played = try Self.play(service, clients: clients)
        let threshold = FaultPlan.threshold(share: 0.3)
        for attempt in played.history {
            let isStruck = FaultPlan.strikes(0, attempt: attempt.id, threshold: threshold, seed: 1)
            #expect(attempt.outcome == (isStruck ? .unknown : .won))
            #expect((attempt.returnedNanoseconds == nil) == isStruck)
            #expect(service.requests.count { $0.hasPrefix("POST /buy/\(attempt.id) ") } == 1)
        }
        let unknown = played.told.count { $0.outcome == .unknown }
        #expect(unknown > 0 && unknown < 40 && played.result.struck == [unknown])
        #expect(service.requests.count { $0.hasPrefix("GET") } == 40)
        // A connection whose answer was left is of no more use.
        #expect(service.connections > unknown)
    }

    /// One that says only that it is reading is no answer, and a service that hangs up has lost it itself.
    @Test(arguments: [1, 5]) func onlyAnAnswerIsLost(_ clients: Int) throws {
        let service = ScriptedService { peer, _ in
            while let request = peer.request() {
                if request.hasPrefix("GET") {
                    peer.answer(200)
                    continue
                }
                peer.write("HTTP/1.1 103 Early Hints\r\n\r\n")
                return
            }
        }
        let played = try Self.play(service, clients: clients, share: 1)
        #expect(played.told.allSatisfy { $0.outcome == .unknown && !$0.hasEnd })
        #expect(played.result.struck == [0])
    }

    @Test(arguments: [1, 5]) func aServiceThatIsNotReachedLosesNothing(_ clients: Int) throws {
        let port = ScriptedService { _, _ in }.port
        let played = try PlayedThread(
            Self.yaml.replacing("  - http: GET /look\n", with: ""), port: port, buyers: 4, clients: clients,
            attempts: 1, isService: true, faults: [Self.fault(1)])
        #expect(played.told.map(\.outcome) == Array(repeating: .failed, count: 4))
        #expect(played.result.struck == [0])
    }
}
