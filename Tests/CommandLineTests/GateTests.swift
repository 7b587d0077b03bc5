import FlashSale
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// `--gate last-byte`, from the flags to the report.
struct GateTests {
    private static let lastByte = ["--gate", "last-byte"]

    private static func spread(_ record: JSON) -> (p50: Double, max: Double)? {
        let spread = record["gate"]["first_attempts_us"]
        guard let p50 = (spread["p50"].value as? NSNumber)?.doubleValue,
            let max = (spread["max"].value as? NSNumber)?.doubleValue
        else { return nil }
        return (p50, max)
    }

    @Test(arguments: [["--clients", "1"], ["--clients", "4"]]) func aRightSaleIsUpheld(_ clients: [String]) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.run(["--strategy", "optimistic", "--warm-up", "20ms"] + clients + Self.lastByte)
        #expect(run.exitCode == 0, "\(run.output) \(run.errors)")
        let record = try sandbox.record()
        #expect(record["gate"]["kind"].text == "last-byte" && record["scenario"]["gate"].text == "last-byte")
        #expect(record["gate"]["held"].number == 40 * (Int(clients[1]) ?? 0) && record["gate"]["unheld"].number == 0)
        let spread = try #require(Self.spread(record))
        #expect(spread.p50 <= spread.max && spread.max > 0)
        #expect(run.output.contains("first requests held"))
        // What was counted by the server before the doors opened belongs to the run as well.
        #expect(record.finding("foreign-commands") == nil)
        #expect(try sandbox.stress(["verify", sandbox.latest]).exitCode == 0)
    }

    @Test func aRaceIsFoundAsWell() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.run(["--strategy", "naive"] + Self.lastByte).exitCode == 1)
        #expect(try sandbox.stress(["verify", sandbox.latest]).exitCode == 1)
    }

    @Test func theUsualGateTellsItsSpreadToo() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.run(["--strategy", "lua"])
        let record = try sandbox.record()
        #expect(record["gate"]["kind"].text == "barrier" && record["scenario"]["gate"].text == nil)
        let spread = try #require(Self.spread(record))
        #expect(spread.p50 <= spread.max && spread.p50 > 0)
        #expect(run.output.contains("first attempts began within"))
        // At a rate they are meant to be apart.
        _ = try sandbox.run(["--strategy", "lua", "--rate", "5000/s", "--buyers", "100"])
        #expect(try Self.spread(sandbox.record()) == nil)
    }

    // MARK: Services

    private static let file = """
        strategy: shop
        open: [ { http: POST /admin/stock, body: { json: { units: "{units}" } } } ]
        buy:
          - http: POST /buy
            body: { json: { user: "u{buyer}" } }
            outcomes:
              - { when: status == 200, then: won, remaining: json.left }
              - { when: status == 409, then: sold-out }
        stock: { http: GET /stock }
        """

    private static func run(_ sandbox: Sandbox, _ url: String, _ flags: [String] = []) throws -> Sandbox.Finished {
        let strategy = try sandbox.folder.file("shop.yaml", file)
        return try sandbox.stress(
            [
                "run", "--strategy", strategy, "--service", url, "--procs", "2", "--threads", "8", "--units", "60",
                "--buyers", "300",
            ] + lastByte + flags)
    }

    @Test(arguments: [ShopService.Scheme.right, .readThenWrite], [["--clients", "1"], ["--clients", "4"]])
    func aServiceIsJudgedAsEver(_ scheme: ShopService.Scheme, _ clients: [String]) throws {
        let sandbox = try Sandbox()
        let shop = ShopService(scheme)
        let run = try withExtendedLifetime(shop) { try Self.run(sandbox, shop.url, clients) }
        #expect(run.exitCode == (scheme == .right ? 0 : 1), "\(run.output) \(run.errors)")
        let record = try sandbox.record()
        #expect(record["gate"]["held"].number == 16 * (Int(clients[1]) ?? 0) && record["gate"]["unheld"].number == 0)
    }

    /// It takes a unit once it has the head of a request, and answers when it has the body: nothing shows it but the stock.
    @Test func aServiceThatSellsBeforeTheDoorsOpenIsRefused() throws {
        let units = Mutex(0)
        let service = ScriptedService { peer, _ in
            while true {
                let head = Self.head(peer.descriptor)
                guard !head.isEmpty else { return }
                if head.hasPrefix("POST /buy") { units.withLock { $0 -= 1 } }
                let words = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                let length = words.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                var byte: UInt8 = 0
                for _ in 0..<length where recv(peer.descriptor, &byte, 1, 0) != 1 { return }
                if head.hasPrefix("POST /admin") { units.withLock { $0 = 60 } }
                peer.answer(200, head.hasPrefix("GET") ? "\(units.withLock { $0 })" : #"{"left":1}"#)
            }
        }
        let sandbox = try Sandbox()
        let run = try Self.run(sandbox, "http://127.0.0.1:\(service.port)")
        #expect(run.exitCode == FlashSale.ExitStatus.unavailable.rawValue, "\(run.output) \(run.errors)")
        #expect(run.errors.contains("before it has the last byte"), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
    }

    private static func head(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return "" }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Flags

    @Test(arguments: [
        (["--rate", "100/s"], "--gate last-byte and --rate 100/s"),
        (["--ramp", "0..100/s@1s"], "--gate last-byte and --ramp"),
        (["--burst", "5@1s"], "--gate last-byte and --burst 5@1s"),
        (["--gate", "tight"], "tight"),
        (["--strategy", "thinks.yaml"], "buyers think before they ask"),
    ]) func whatDoesNotFitIsRefused(_ flags: [String], _ says: String) throws {
        let sandbox = try Sandbox()
        _ = try sandbox.folder.file(
            "thinks.yaml",
            """
            strategy: thinks
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - think: 1ms
              - send: DECR {stock}
                outcomes: [ { when: ">= 0", then: won }, { when: any, then: sold-out } ]
            stock: { read: "GET {stock}", below-zero: sold-out }
            close: [ "DEL {stock}" ]
            """)
        let run = try sandbox.run(Self.lastByte + flags)
        #expect(run.exitCode == FlashSale.ExitStatus.usage.rawValue, "\(run.output) \(run.errors)")
        #expect(run.errors.contains(says), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
    }
}
