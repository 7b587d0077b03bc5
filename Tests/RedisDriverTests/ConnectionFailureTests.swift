import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// How ``Connection`` ends, and that it stays ended.
struct ConnectionFailureTests {
    @Test(arguments: ["", "$5\r\nab", "*2\r\n:1\r\n", ":12"])
    func reportsAServerThatHangsUp(after wire: String) throws {
        let server = ScriptedServer(answering: wire, hangsUp: true)
        var connection = try server.connect()
        #expect(connectionError { () throws(ConnectionError) in _ = try connection.call(["GO"]) } == .closed)
        #expect(connectionError { () throws(ConnectionError) in _ = try connection.call(["GO"]) } == .closed)
    }

    @Test(arguments: ["", "$5\r\nab"])
    func reportsAServerThatFallsSilent(after wire: String) throws {
        let server = ScriptedServer(answering: wire)
        var connection = try server.connect(timeoutMilliseconds: 50)
        var reply = Reply()
        try connection.send(Array("GO\r\n".utf8))
        #expect(connectionError { () throws(ConnectionError) in try connection.receive(into: &reply) } == .timeout)
        let isUsable = connection.isUsable
        #expect(!isUsable)
        // What comes later could be the answer to an older question.
        #expect(connectionError { () throws(ConnectionError) in try connection.receive(into: &reply) } == .closed)
        #expect(connectionError { () throws(ConnectionError) in try connection.send([1]) } == .closed)
        #expect(reply.nodes.isEmpty)
    }

    /// Connecting may take longer than an answer.
    @Test func waitsForTheHandshakeAsLongAsForTheConnection() throws {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            usleep(300_000)
            peer.write("+PONG\r\n")
            peer.waitForEnd()
        }
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 50)
        var reply = Reply()
        try connection.send(Array("GO\r\n".utf8))
        #expect(connectionError { () throws(ConnectionError) in try connection.receive(into: &reply) } == .timeout)
    }

    /// A server that always sends one more byte in time must not hold a buyer for ever.
    @Test func reportsAServerThatTrickles() throws {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write("+PONG\r\n")
            peer.read(until: "GO\r\n")
            peer.write("$100000\r\n")
            for _ in 0..<20_000 {
                usleep(5000)
                guard send(peer.descriptor, "x", 1, Int32(MSG_NOSIGNAL)) == 1 else { return }
            }
        }
        var connection = try server.connect(timeoutMilliseconds: 100)
        #expect(connectionError { () throws(ConnectionError) in _ = try connection.call(["GO"]) } == .timeout)
    }

    @Test func reportsAServerThatReadsNothing() throws {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write("+PONG\r\n")
            sleep(3)
        }
        var connection = try server.connect(timeoutMilliseconds: 50)
        let much = [UInt8](repeating: 0, count: 64 << 20)
        #expect(connectionError { () throws(ConnectionError) in try connection.send(much) } == .timeout)
    }

    @Test func sendsToAServerThatHasGoneWithoutASignal() throws {
        let server = ScriptedServer(answering: "", hangsUp: true)
        var connection = try server.connect()
        try connection.send(Array("GO\r\n".utf8))
        var error: ConnectionError?
        for _ in 0..<1000 where error == nil {
            usleep(1000)
            error = connectionError { () throws(ConnectionError) in try connection.send(Array("x\r\n".utf8)) }
        }
        #expect(error == .closed)
    }

    @Test func reportsThatNobodyListens() throws {
        // A port that was just given back; ScriptedServer's listener is closed with it.
        let endpoint = ScriptedServer { _ in }.endpoint
        let error = connectionError { () throws(ConnectionError) in
            _ = try Connection(to: endpoint, name: nil, connectTimeoutMilliseconds: 1000, timeoutMilliseconds: 1000)
        }
        #expect(error == .refused("\(endpoint.redacted): Connection refused"))
    }

    @Test func reportsASocketThatIsNotThere() throws {
        let endpoint = RedisEndpoint(transport: .unix(path: "/nonexistent/redis.sock"))
        let error = connectionError { () throws(ConnectionError) in
            _ = try Connection(to: endpoint, name: nil, connectTimeoutMilliseconds: 1000, timeoutMilliseconds: 1000)
        }
        #expect(error == .refused("unix:///nonexistent/redis.sock: No such file or directory"))
        #expect(error?.description.contains("could not connect to unix:///nonexistent/redis.sock") == true)
    }

    @Test func closesItsDescriptorWhenTheHandshakeFails() throws {
        // Other tests open and close descriptors meanwhile, so that only a leak of this size shows.
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<300 {
            let server = ScriptedServer { peer in
                peer.read(until: "PING\r\n")
                peer.write("-ERR max number of clients reached\r\n")
            }
            let error = connectionError { () throws(ConnectionError) in _ = try server.connect() }
            #expect(error == .rejected("ERR max number of clients reached"))
        }
        let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        #expect(after - before < 150)
    }
}
