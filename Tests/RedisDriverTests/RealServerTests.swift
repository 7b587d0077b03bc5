import EmbeddedRedis
import FlashSale
import RedisDriver
import Strategies
import TestSupport
import Testing

/// The driver against a real server of its own.
struct RealServerTests {
    private let server: EmbeddedServer

    init() throws {
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 100, isProtected: false, executable: StressBinary.path)
    }

    private func connect(
        user: String? = nil, password: String? = nil, database: Int = 0, name: String? = nil
    ) throws(ConnectionError) -> Connection {
        var endpoint = server.endpoint
        endpoint.username = user
        endpoint.password = password
        endpoint.database = database
        return try Connection(
            to: endpoint, name: name, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    @Test func storesAnyByte() throws {
        var connection = try connect()
        let value = Array(UInt8.min...UInt8.max) + [13, 10, 0]
        #expect(try connection.call([Array("SET".utf8), [0, 255], value]).string() == "OK")
        #expect(Array(try connection.call([Array("GET".utf8), [0, 255]]).bytes()) == value)
        #expect(try connection.call([Array("GET".utf8), [1]]).kind == .null)
    }

    @Test func pipelines() throws {
        var connection = try connect()
        let request = UnsafeMutableRawBufferPointer.allocate(byteCount: 80_000, alignment: 1)
        defer { request.deallocate() }
        request.copyBytes(from: String(repeating: "INCR n\r\n", count: 10_000).utf8)
        try connection.send(UnsafeRawBufferPointer(request))
        var reply = Reply()
        for number in 1...10_000 {
            try connection.receive(into: &reply)
            guard reply.integer() == number else {
                Issue.record("wanted \(number), found \(reply.description)")
                return
            }
        }
    }

    @Test func isNamedAndInItsDatabase() throws {
        var connection = try connect(database: 5, name: "stress-x")
        let isNamed = connection.isNamed
        #expect(isNamed)
        let clients = try connection.call(["CLIENT", "LIST"]).string()
        #expect(clients.contains("name=stress-x") && clients.contains("db=5"))
    }

    @Test func authenticates() throws {
        var admin = try connect()
        let rules = ["on", ">secret", "~*", "+@all", "-client"]
        #expect(try admin.call(["ACL", "SETUSER", "buyer"] + rules).string() == "OK")
        #expect(try admin.call(["CONFIG", "SET", "requirepass", "other"]).string() == "OK")

        let anonymous = connectionError { () throws(ConnectionError) in _ = try connect() }
        #expect(anonymous == .rejected("NOAUTH Authentication required."))
        let wrong = connectionError { () throws(ConnectionError) in _ = try connect(user: "buyer", password: "x") }
        guard case .rejected(let text) = wrong else {
            Issue.record("\(String(describing: wrong))")
            return
        }
        #expect(text.hasPrefix("WRONGPASS"))
        _ = try connect(password: "other")
        let buyer = try connect(user: "buyer", password: "secret", name: "n")
        let isNamed = buyer.isNamed
        #expect(!isNamed)
    }

    @Test func reportsWhyAFullServerRefuses() throws {
        var admin = try connect()
        #expect(try admin.call(["CONFIG", "SET", "maxclients", "1"]).string() == "OK")
        let error = connectionError { () throws(ConnectionError) in _ = try connect(name: "n") }
        #expect(error == .rejected("ERR max number of clients reached"))
    }

    @Test func reportsThatTheServerStopped() throws {
        var connection = try connect()
        server.stop()
        #expect(connectionError { () throws(ConnectionError) in _ = try connection.call(["PING"]) } == .closed)
    }
}
