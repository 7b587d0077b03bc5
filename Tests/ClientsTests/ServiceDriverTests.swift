import FlashSale
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Clients

/// A thread whose clients ask a service, one that waits and many in a loop: both tell the same.
struct ServiceDriverTests {
    private static let yaml = """
        strategy: service
        summary: one request, answers of every kind
        buy:
          - http: "POST /buy/{purchase}"
            body: { json: { attempt: "{attempt}" } }
            outcomes:
              - { when: status == 200, then: won, remaining: json.left }
              - { when: status == 409, then: sold-out }
              - { when: status == 429, then: conflict }
              - { when: status in 400..499, then: failed }
        stock: { http: GET /stock }
        """

    /// What the service does with a purchase's requests, by the purchase's number.
    private static func answer(_ purchase: Int, _ number: Int, to peer: ScriptedService.Peer) -> Bool {
        switch purchase % 8 {
        case 1: peer.answer(200, #"{"left":4}"#)
        case 2: peer.answer(409)
        // A conflict at first, and won then.
        case 3: if number == 1 { peer.answer(429) } else { peer.answer(200, "{}") }
        case 4: peer.answer(404)
        case 5: peer.answer(500, "oops")
        case 6: return false
        case 7:
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
            return false
        default: peer.answer(200, "no json")
        }
        return true
    }

    private static func service() -> ScriptedService {
        let seen = Mutex<[Int: Int]>([:])
        return ScriptedService { peer, _ in
            while let request = peer.request() {
                guard let purchase = Int(request.dropFirst(10).prefix { $0 != " " }) else { return }
                let number = seen.withLock { counts in
                    counts[purchase, default: 0] += 1
                    return counts[purchase]!
                }
                guard answer(purchase, number, to: peer) else { return }
            }
        }
    }

    @Test(arguments: [1, 7]) func tellsWhatCameOfEachAttempt(_ clients: Int) throws {
        let service = Self.service()
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: 64, clients: clients, isService: true)
        // Each kind of purchase eight times.
        func outcomes(_ kind: Int) -> [[Outcome]] {
            Dictionary(grouping: thread.told.filter { $0.purchase % 8 == kind }, by: \.purchase)
                .map { $0.value.sorted { $0.number < $1.number }.map(\.outcome) }
        }
        let wanted: [[Outcome]] = [
            [.won], [.won], [.soldOut], [.conflict, .won], [.failed, .failed], [.unknown], [.unknown], [.unknown],
        ]
        for (kind, sequence) in wanted.enumerated() {
            #expect(outcomes(kind) == Array(repeating: sequence, count: 8), "purchases of kind \(kind)")
        }
        // An answer that nobody names is one, and has an end; a connection that broke off has none.
        #expect(thread.told.filter { $0.purchase % 8 == 5 }.allSatisfy { $0.isHole && $0.hasEnd })
        #expect(thread.told.filter { [6, 7].contains($0.purchase % 8) }.allSatisfy { !$0.isHole && !$0.hasEnd })
        #expect(thread.told.filter { $0.purchase % 8 == 1 }.allSatisfy { $0.remaining == 4 })
        // Nothing was asked twice.
        #expect(service.requests.count == thread.told.count)
        #expect(thread.result.firstHole == "HTTP 500 oops")
    }

    @Test(arguments: [1, 4]) func aServiceThatIsNotThereSellsNothing(_ clients: Int) throws {
        let port = Self.service().port
        let thread = try PlayedThread(Self.yaml, port: port, buyers: 8, clients: clients, isService: true)
        #expect(thread.told.count == 16)
        #expect(thread.told.allSatisfy { $0.outcome == .failed && $0.hasEnd })
        #expect(thread.result.firstError?.contains("connect") == true)
    }

    @Test(arguments: [1, 4]) func aStopEndsWhoThinksAndWhoIsIdle(_ clients: Int) throws {
        let service = ScriptedService { peer, _ in
            while peer.request() != nil { peer.answer(200) }
        }
        let yaml = Self.yaml.replacing("buy:\n", with: "buy:\n  - think: 10s\n")
        let thread = try PlayedThread(
            yaml, port: service.port, buyers: 100, clients: clients, stopAfter: 300, isService: true)
        #expect(thread.told.count == clients)
        #expect(service.requests.isEmpty)
    }

    @Test(arguments: [1, 4]) func aServiceThatIsSilentIsLeftAfterTheTimeout(_ clients: Int) throws {
        let service = ScriptedService { peer, _ in while peer.request() != nil {} }
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: 4, clients: clients, timeoutMilliseconds: 200, isService: true)
        #expect(thread.told.map(\.outcome) == Array(repeating: .unknown, count: 4))
        #expect(thread.told.allSatisfy { !$0.hasEnd })
        #expect(thread.result.lastGivenUpNanoseconds > 0)
    }
}
