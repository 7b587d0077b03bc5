import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import Stores
import TestSupport
import Testing

@Suite struct RedisStoreTests {
    let folder: TestFolder
    let server: EmbeddedServer

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        folder = try TestFolder("stores")
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 50, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 })
    }

    private func prepared() throws -> Stores {
        let stores = Asking.stores(redis: server.endpoint)
        for command in [
            "SET stock 41", "SET text many", "HSET orders 1 u3 2 u4", "ZADD scores 2 u3 1 u4", "RPUSH list a b c",
            "XADD stream 1-1 order 17 user u3", "XADD stream 1-2 order 18 user u4 note late",
        ] { try stores.tell(Asking.redis(command)) }
        return stores
    }

    @Test func repliesAreTables() throws {
        defer { server.stop() }
        let stores = try prepared()
        #expect(try stores.ask(Asking.redis("GET stock")).number == 41)
        #expect(try stores.ask(Asking.redis("DECR stock")).number == 40)
        #expect(try stores.ask(Asking.redis("GET text")).number == nil)
        let none = try stores.ask(Asking.redis("GET nothing"))
        #expect(none.rows == [[nil]])
        #expect(none.number == nil)
        let pairs = try stores.ask(Asking.redis("HGETALL orders"))
        #expect(pairs.rows.sorted { $0[0]! < $1[0]! } == [["1", "u3"], ["2", "u4"]])
        #expect(try stores.ask(Asking.redis("zrange scores 0 -1 withscores")).rows == [["u4", "1"], ["u3", "2"]])
        #expect(try stores.ask(Asking.redis("ZRANGE scores 0 -1")).rows == [["u4"], ["u3"]])
        #expect(try stores.ask(Asking.redis("LRANGE list 0 -1")).rows == [["a"], ["b"], ["c"]])
        let empty = try stores.ask(Asking.redis("HGETALL none"))
        #expect(empty.rowCount == 0)
        #expect(empty.columnCount == 2)
        let stream = try stores.ask(Asking.redis("XRANGE stream - +"))
        #expect(stream.columns == ["id", "order", "user", "note"])
        #expect(stream.rows == [["1-1", "17", "u3", nil], ["1-2", "18", "u4", "late"]])
        #expect(stores.failure(Asking.redis("SCAN 0"))?.message.contains("which is no table") == true)
    }

    @Test func errorsAreTheServersWords() throws {
        defer { server.stop() }
        let stores = try prepared()
        let wrong = try #require(stores.failure(Asking.redis("HGET stock x")))
        #expect(wrong.status == .usage)
        #expect(wrong.message.hasPrefix("shop.yaml:12: redis: "))
        #expect(wrong.message.contains("WRONGTYPE Operation against a key"))
        #expect(stores.failure(Asking.redis("FROBNICATE x"))?.status == .usage)
        // After an error the connection serves on.
        #expect(try stores.ask(Asking.redis("GET stock")).number == 41)
    }

    /// A connection that ended meanwhile is opened anew, since nothing was asked on it.
    @Test func aConnectionThatTheServerClosedIsOpenedAgain() throws {
        defer { server.stop() }
        let stores = try prepared()
        var other = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        _ = try other.call(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
        usleep(50_000)
        #expect(try stores.ask(Asking.redis("GET stock")).number == 41)
    }

    @Test func aSilentServerEndsInTime() throws {
        defer { server.stop() }
        let deaf = CommandServer { _ in .silence }
        let stores = Asking.stores(timeoutMilliseconds: 300)
        let question = Asking.redis("GET stock", at: "redis://127.0.0.1:\(deaf.port)")
        let error = try #require(stores.failure(question))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("no answer from redis://127.0.0.1:\(deaf.port) in time"))
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        server.stop()
        let error = try #require(Asking.stores(redis: server.endpoint).failure(Asking.redis("GET stock")))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("could not connect to"))
    }
}
