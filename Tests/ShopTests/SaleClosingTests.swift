import CLinux
import EmbeddedRedis
import FlashSale
import Glibc
import RedisDriver
import SaleTestSupport
import Strategies
import Synchronization
import TestSupport
import Testing

@testable import Shop

/// The keys of a sale go, although connections do not last.
struct SaleClosingTests {
    @Test func aConnectionThatWasLostIsReplaced() throws {
        let small = try SmallSale()
        var sale = try Sale(
            to: small.server.endpoint, strategy: small.strategy, tag: "{stress:x}", units: 50, isPrivate: false)
        try sale.open()
        #expect(try small.keys > 0)
        var admin = try small.connect()
        _ = try admin.call(["CLIENT", "KILL", "SKIPME", "yes", "TYPE", "normal"])
        #expect(sale.close() == nil)
        #expect(try small.keys == 0)
    }

    /// What a server of a test has been told.
    private final class Told: Sendable {
        private let commands = Mutex<[[String]]>([])
        func add(_ command: [String]) { commands.withLock { $0.append(command) } }
        func count(_ command: [String]) -> Int { commands.withLock { $0.count { $0 == command } } }
    }

    private static let stock = "{stress:x}:stock"
    private static let orders = "{stress:x}:orders"

    private func openedSale(at server: CommandServer) throws -> Sale {
        let yaml = BuiltinStrategies.yaml(named: "optimistic") ?? ""
        let endpoint = RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: server.port))
        var sale = try Sale(
            to: endpoint, strategy: try StrategyFile.parse(yaml, file: "optimistic"), tag: "{stress:x}", units: 50,
            isPrivate: false)
        try sale.open()
        return sale
    }

    /// - Parameter closing: what is answered to a DEL.
    private func server(_ closing: @escaping @Sendable ([String]) -> CommandServer.Answer) -> CommandServer {
        CommandServer { command in
            switch command[0] {
            case "GET": .write("$2\r\n50\r\n")
            case "SET": .write("+OK\r\n")
            case "SCAN": .write("*2\r\n$1\r\n0\r\n*0\r\n")
            case "DEL": closing(command)
            default: .write(":0\r\n")
            }
        }
    }

    /// The file's own commands may have been executed, so they are sent once; the keys go one by one.
    @Test func theFilesOwnCommandsAreNotSentTwice() throws {
        let told = Told()
        let server = server { command in
            told.add(command)
            return command.count > 2 ? .hangUp("") : .write(":1\r\n")
        }
        var sale = try openedSale(at: server)
        #expect(sale.close() == nil)
        #expect(told.count(["DEL", Self.stock, Self.orders]) == 1)
        #expect(told.count(["DEL", Self.stock]) == 1 && told.count(["DEL", Self.orders]) == 1)
    }

    /// Neither answer means that it was executed.
    @Test(arguments: ["-BUSY Redis is busy", "-LOADING Redis is loading"])
    func whatPassesIsWaitedFor(_ answer: String) throws {
        let told = Told()
        let server = server { command in
            told.add(command)
            return told.count(command) < 3 ? .write(answer + "\r\n") : .write(":1\r\n")
        }
        var sale = try openedSale(at: server)
        #expect(sale.close() == nil)
        #expect(told.count(["DEL", Self.stock, Self.orders]) == 3 && told.count(["DEL", Self.orders]) == 3)
    }

    @Test func aServerThatHangsUpEachTimeIsGivenUpInTime() throws {
        let server = server { _ in .hangUp("") }
        var sale = try openedSale(at: server)
        let start = Clock.nanoseconds()
        let left = sale.close(withinMilliseconds: 800)
        let seconds = Double(Clock.nanoseconds() - start) / 1e9
        #expect(left?.hasPrefix("\(Self.stock), \(Self.orders); ") == true, "\(left ?? "")")
        #expect(left?.contains("closed") == true)
        #expect(seconds >= 0.8 && seconds < 3, "\(seconds)")
    }

    @Test func aSilentServerIsGivenUpInTime() throws {
        let server = server { _ in .silence }
        var sale = try openedSale(at: server)
        let start = Clock.nanoseconds()
        let left = sale.close(withinMilliseconds: 1500)
        #expect(left?.contains(Self.stock) == true && left?.contains("did not answer in time") == true)
        #expect(Clock.nanoseconds() - start < 4_000_000_000)
    }

    /// An answer that will not change is not asked for again, and does not keep the other keys.
    @Test func oneKeyThatStaysIsNamed() throws {
        let told = Told()
        let server = server { command in
            told.add(command)
            return command.contains(Self.stock) ? .write("-NOPERM no\r\n") : .write(":1\r\n")
        }
        var sale = try openedSale(at: server)
        let left = sale.close()
        #expect(left?.hasPrefix("\(Self.stock); ") == true && left?.contains("NOPERM") == true, "\(left ?? "")")
        #expect(told.count(["DEL", Self.stock]) == 1 && told.count(["DEL", Self.orders]) == 1)
    }
}

/// What a straggler of the warm-up leaves behind on a user's server.
struct SaleSweepTests {
    @Test func removesTheKeysThatWereMadeAgain() throws {
        let small = try SmallSale()
        let sale = try Sale(
            to: small.server.endpoint, strategy: small.strategy, tag: "{stress:x}", units: 50, isPrivate: false)
        var warmUp = try sale.another(tag: "{stress:x}:warm-up")
        try warmUp.open()
        #expect(warmUp.close() == nil)
        var straggler = try small.connect()
        _ = try straggler.call(["HSET", "{stress:x}:warm-up:orders", "1", "1"])
        _ = try straggler.call(["SET", "{stress:x}:stock", "of the sale itself"])
        #expect(sale.sweep(tag: "{stress:x}:warm-up") == nil)
        #expect(try straggler.call(["KEYS", "*"]).elementCount() == 1)
    }
}
