import EmbeddedRedis
import FlashSale
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

/// The driver against a real server of its own, without TLS and with it.
struct RealServerTests {
    enum Wire: CaseIterable {
        case plain, tls
    }

    private let secure: SecureServer
    private var server: EmbeddedServer { secure.server }

    init() throws { secure = try SecureServer() }

    private func connect(
        _ wire: Wire, user: String? = nil, password: String? = nil, database: Int = 0, name: String? = nil
    ) throws(ConnectionError) -> Connection {
        var endpoint = wire == .tls ? secure.endpoint : server.endpoint
        endpoint.username = user
        endpoint.password = password
        endpoint.database = database
        return try Connection(
            to: endpoint, name: name, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    @Test(arguments: Wire.allCases) func storesAnyByte(_ wire: Wire) throws {
        var connection = try connect(wire)
        let value = Array(UInt8.min...UInt8.max) + [13, 10, 0]
        #expect(try connection.call([Array("SET".utf8), [0, 255], value]).string() == "OK")
        #expect(Array(try connection.call([Array("GET".utf8), [0, 255]]).bytes()) == value)
        #expect(try connection.call([Array("GET".utf8), [1]]).kind == .null)
    }

    @Test(arguments: Wire.allCases) func pipelines(_ wire: Wire) throws {
        var connection = try connect(wire)
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

    @Test(arguments: Wire.allCases) func isNamedAndInItsDatabase(_ wire: Wire) throws {
        var connection = try connect(wire, database: 5, name: "stress-x")
        let isNamed = connection.isNamed
        #expect(isNamed)
        let clients = try connection.call(["CLIENT", "LIST"]).string()
        #expect(clients.contains("name=stress-x") && clients.contains("db=5"))
    }

    @Test(arguments: Wire.allCases) func authenticates(_ wire: Wire) throws {
        var admin = try connect(wire)
        let rules = ["on", ">secret", "~*", "+@all", "-client"]
        #expect(try admin.call(["ACL", "SETUSER", "buyer"] + rules).string() == "OK")
        #expect(try admin.call(["CONFIG", "SET", "requirepass", "other"]).string() == "OK")

        let anonymous = connectionError { () throws(ConnectionError) in _ = try connect(wire) }
        #expect(anonymous == .rejected("NOAUTH Authentication required."))
        let wrong = connectionError { () throws(ConnectionError) in _ = try connect(wire, user: "buyer", password: "x")
        }
        guard case .rejected(let text) = wrong else {
            Issue.record("\(String(describing: wrong))")
            return
        }
        #expect(text.hasPrefix("WRONGPASS"))
        _ = try connect(wire, password: "other")
        let buyer = try connect(wire, user: "buyer", password: "secret", name: "n")
        let isNamed = buyer.isNamed
        #expect(!isNamed)
    }

    @Test(arguments: Wire.allCases) func reportsWhyAFullServerRefuses(_ wire: Wire) throws {
        var admin = try connect(wire)
        #expect(try admin.call(["CONFIG", "SET", "maxclients", "1"]).string() == "OK")
        let error = connectionError { () throws(ConnectionError) in _ = try connect(wire, name: "n") }
        switch wire {
        case .plain: #expect(error == .rejected("ERR max number of clients reached"))
        // It hangs up before it could say so in TLS.
        case .tls: #expect(error?.description.contains("(maxclients)") == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: Wire.allCases) func reportsThatTheServerStopped(_ wire: Wire) throws {
        var connection = try connect(wire)
        server.stop()
        #expect(connectionError { () throws(ConnectionError) in _ = try connection.call(["PING"]) } == .closed)
    }
}
